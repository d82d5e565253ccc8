// @ts-expect-error there is no init to be called
import { createSession, getFinishStatus, IncodeError, init, initializeSession, setup } from 'incode-core'
// @ts-expect-error there is no such entry
import * as utils from 'incode-core/utils'

void [init, utils]

// @ts-expect-error options are needed
setup()
// @ts-expect-error and are an object
setup('https://api.example.com')
// @ts-expect-error with an address
setup({ apiURL: 5 })
// @ts-expect-error named so
setup({ apiUrl: 'https://api.example.com' })
// @ts-expect-error a token is a string
setup({ token: 5 })
// @ts-expect-error encryption is not offered
setup({ apiURL: 'https://api.example.com', encryption: true })
// @ts-expect-error headers are strings
setup({ customHeaders: { 'x-a': 5 } })
// @ts-expect-error headers are no Headers
setup({ customHeaders: new Headers() })
// @ts-expect-error nor a Map
setup({ customHeaders: new Map([['a', 'b']]) })
// @ts-expect-error nor a list
setup({ customHeaders: [['a', 'b']] })
// @ts-expect-error a time is a number
setup({ timeout: '30s' })
// @ts-expect-error so are retries
setup({ retries: true })
// @ts-expect-error setup cannot be aborted
setup({ apiURL: 'https://api.example.com', signal: new AbortController().signal })

// @ts-expect-error a token comes in an object
initializeSession('token')
// @ts-expect-error and is a string
initializeSession({ token: 5 })
// @ts-expect-error a mistyped name
initializeSession({ tokn: 't' })
// @ts-expect-error the address is setup's
initializeSession({ token: 't', apiURL: 'https://api.example.com' })
// @ts-expect-error a signal, not its controller
initializeSession({ signal: new AbortController() })

// @ts-expect-error options are needed
createSession('key')
// @ts-expect-error with a configurationId
createSession('key', {})
// @ts-expect-error or something else to go on with
createSession('key', { externalId: 'e', language: 'en' })
// @ts-expect-error which may not be absent
createSession('key', { configurationId: null })
// @ts-expect-error none of them
createSession('key', { interviewId: undefined, uuid: null })
// @ts-expect-error the form of 1.x
createSession('ALL', 'external-id', {})
// @ts-expect-error the key comes first
createSession({ configurationId: 'c' })
// @ts-expect-error and is a string
createSession(null, { configurationId: 'c' })
// @ts-expect-error a mistyped name
createSession('key', { configurationId: 'c', externalID: 'e' })
// @ts-expect-error a mistyped name where another stands for it
createSession('key', { interviewId: 'i', configurationID: 'c' })
// @ts-expect-error an abbreviation
createSession('key', { uuid: 'u', lang: 'en' })
// @ts-expect-error the token is setup's
createSession('key', { configurationId: 'c', token: 't' })
// @ts-expect-error so is encryption
createSession('key', { configurationId: 'c', encryption: true })
// @ts-expect-error an option that nobody declared
createSession('key', { configurationId: 'c', sdkVersion: '2.1' })
// @ts-expect-error a string is meant
createSession('key', { configurationId: 'c', externalId: 5 })
// @ts-expect-error strings, numbers and booleans are meant
createSession('key', { configurationId: 'c', customFields: { a: ['b'] } })
// @ts-expect-error in an object
createSession('key', { configurationId: 'c', customFields: ['a'] })
// @ts-expect-error headers are no Headers here either
createSession('key', { configurationId: 'c', customHeaders: new Headers() })
// @ts-expect-error a signal, not its controller
createSession('key', { configurationId: 'c', signal: new AbortController() })

// @ts-expect-error a flow is named by a string
getFinishStatus(5)
// @ts-expect-error options come second
getFinishStatus({ token: 't' })
// @ts-expect-error a mistyped name
getFinishStatus(null, { token: 't', apiUrl: 'https://api.example.com' })
// @ts-expect-error the same, beside a session's
getFinishStatus(null, { token: 't', interviewId: 'i', timeOut: 5 })
// @ts-expect-error an option of setup
getFinishStatus(null, { token: 't', encryption: true })
// @ts-expect-error the token alone
getFinishStatus(null, 'token')
// @ts-expect-error a session's promise
getFinishStatus(null, createSession('key', { configurationId: 'c' }))

const session = await createSession('key', { configurationId: 'c' })
// @ts-expect-error only the token is sure to be there
const id: string = session.interviewId
const status = await getFinishStatus()
// @ts-expect-error an action is a string
const action: number = status.action
// @ts-expect-error a mistyped action
if (status.action === 'aproved') void id
// @ts-expect-error a value that is not listed is none of the listed ones
const listed: 'approved' | 'rejected' | 'none' = status.action
// @ts-expect-error so a switch needs its default
function words(): string {
  switch (status.action) {
    case 'approved':
      return 'yes'
    case 'rejected':
      return 'no'
    case 'none':
      return 'later'
  }
}

import { Unlisted } from 'incode-core'

// @ts-expect-error it is a type alone
void Unlisted.value
void [id, action, listed, words]

// @ts-expect-error an error needs its code
new IncodeError({ message: 'm' })
// @ts-expect-error one that there is
new IncodeError({ code: 'OFFLINE', message: 'm' })
// @ts-expect-error and its message
new IncodeError({ code: 'NETWORK' })
// @ts-expect-error a text is no description
new IncodeError('m')
try {
  await getFinishStatus()
} catch (error) {
  if (error instanceof IncodeError) {
    // @ts-expect-error there is no such code
    if (error.code === 'OFFLINE') throw error
    // @ts-expect-error not every error has a status
    const status: number = error.status
    // @ts-expect-error an error is not to be changed
    error.code = 'NETWORK'
    void status
  }
}
