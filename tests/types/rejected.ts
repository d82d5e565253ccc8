// Code that must not compile, in a page and on a server without the types of the DOM.

import type { Action, AnyIncodeError, FetchFunction, FinishStatus, IncodeErrorJSON, ScoreStatus, Session } from 'incode-core'
// @ts-expect-error init does not exist
import { createSession, getFinishStatus, IncodeError, init, initializeSession, setup } from 'incode-core'
// @ts-expect-error the entry does not exist
import * as utils from 'incode-core/utils'

void [init, utils]

// @ts-expect-error setup requires options
setup()
// @ts-expect-error options are an object
setup('https://api.example.com')
// @ts-expect-error apiURL is a string or a URL
setup({ apiURL: 5 })
// @ts-expect-error apiUrl is a typo
setup({ apiUrl: 'https://api.example.com' })
// @ts-expect-error a token is a string
setup({ token: 5 })
// @ts-expect-error encryption is not supported
setup({ apiURL: 'https://api.example.com', encryption: true })
// @ts-expect-error headers are strings
setup({ customHeaders: { 'x-a': 5 } })
// @ts-expect-error headers are not a Headers object
setup({ customHeaders: new Headers() })
// @ts-expect-error headers are not a Map
setup({ customHeaders: new Map([['a', 'b']]) })
// @ts-expect-error headers are not an array
setup({ customHeaders: [['a', 'b']] })
// @ts-expect-error timeout is a number
setup({ timeout: '30s' })
// @ts-expect-error retries is a number
setup({ retries: true })
// @ts-expect-error fetch is a function
setup({ apiURL: 'https://api.example.com', fetch: true })
// @ts-expect-error setup has no signal
setup({ apiURL: 'https://api.example.com', signal: new AbortController().signal })

// @ts-expect-error options are an object
initializeSession('token')
// @ts-expect-error a token is a string
initializeSession({ token: 5 })
// @ts-expect-error tokn is a typo
initializeSession({ tokn: 't' })
// @ts-expect-error apiURL is an option of setup
initializeSession({ token: 't', apiURL: 'https://api.example.com' })
// @ts-expect-error a signal, not its controller
initializeSession({ signal: new AbortController() })

// @ts-expect-error createSession requires options
createSession('key')
// @ts-expect-error configurationId is required
createSession('key', {})
// @ts-expect-error configurationId is required, unless the call continues a session
createSession('key', { externalId: 'e', language: 'en' })
// @ts-expect-error configurationId must have a value
createSession('key', { configurationId: null })
// @ts-expect-error interviewId and uuid must have a value
createSession('key', { interviewId: undefined, uuid: null })
// @ts-expect-error the positional form of Web SDK 1.x
createSession('ALL', 'external-id', {})
// @ts-expect-error the API key is the first argument
createSession({ configurationId: 'c' })
// @ts-expect-error the API key is a string
createSession(null, { configurationId: 'c' })
// @ts-expect-error an environment variable may be unset
createSession(undefined as string | undefined, { configurationId: 'c' })
// @ts-expect-error externalID is a typo
createSession('key', { configurationId: 'c', externalID: 'e' })
// @ts-expect-error configurationID is a typo, also if the call continues a session
createSession('key', { interviewId: 'i', configurationID: 'c' })
// @ts-expect-error lang is an alias that createSession rejects
createSession('key', { uuid: 'u', lang: 'en' })
// @ts-expect-error token is an option of setup
createSession('key', { configurationId: 'c', token: 't' })
// @ts-expect-error encryption is an option of setup
createSession('key', { configurationId: 'c', encryption: true })
// @ts-expect-error uiConfig is an option of setup
createSession('key', { configurationId: 'c', uiConfig: {} })
// @ts-expect-error sdkVersion is not declared
createSession('key', { configurationId: 'c', sdkVersion: '2.1' })
// @ts-expect-error externalId is a string
createSession('key', { configurationId: 'c', externalId: 5 })
// @ts-expect-error custom fields are strings, numbers or booleans
createSession('key', { configurationId: 'c', customFields: { a: ['b'] } })
// @ts-expect-error customFields is an object
createSession('key', { configurationId: 'c', customFields: ['a'] })
// @ts-expect-error headers are not a Headers object
createSession('key', { configurationId: 'c', customHeaders: new Headers() })
// @ts-expect-error a signal, not its controller
createSession('key', { configurationId: 'c', signal: new AbortController() })

// @ts-expect-error flowId is a string
getFinishStatus(5)
// @ts-expect-error options are the second argument
getFinishStatus({ token: 't' })
// @ts-expect-error apiUrl is a typo
getFinishStatus(null, { token: 't', apiUrl: 'https://api.example.com' })
// @ts-expect-error interviewID is a typo
getFinishStatus(null, { token: 't', interviewID: 'i' })
// @ts-expect-error an interviewId is a string
getFinishStatus(null, { token: 't', interviewId: 5 })
// @ts-expect-error timeOut is a typo, also in a session
getFinishStatus(null, { token: 't', interviewId: 'i', timeOut: 5 })
// @ts-expect-error encryption is an option of setup
getFinishStatus(null, { token: 't', encryption: true })
// @ts-expect-error options are an object
getFinishStatus(null, 'token')
// @ts-expect-error a promise of a session is not a session
getFinishStatus(null, createSession('key', { configurationId: 'c' }))

// @ts-expect-error a session is the second argument
getFinishStatus(await createSession('key', { configurationId: 'c' }))

const session = await createSession('key', { configurationId: 'c' })
// @ts-expect-error only the token is guaranteed
const id: string = session.interviewId
const status = await getFinishStatus()
// @ts-expect-error action is a string
const action: number = status.action
// @ts-expect-error aproved is a typo
if (status.action === 'aproved') void id
// @ts-expect-error action may be a value that is not listed
const listed: 'approved' | 'rejected' | 'none' = status.action
// @ts-expect-error a switch needs a default branch
function describe(): string {
  switch (status.action) {
    case 'approved':
      return 'yes'
    case 'rejected':
      return 'no'
    case 'none':
      return 'later'
  }
}

// @ts-expect-error scoer is a typo
void status.scoer
// @ts-expect-error scoreStatuss is a typo
void status.scoreStatuss
// @ts-expect-error interviewID is a typo
void session.interviewID
// @ts-expect-error token is a field of the session
void status.token
// @ts-expect-error toke is a typo
const { toke } = session
// @ts-expect-error rsik is a typo
void (status as FinishStatus & { risk?: string }).rsik
// @ts-expect-error 'none' is missing
const actions: Record<Action, string> = { approved: 'yes', rejected: 'no' }
// @ts-expect-error 'pending' is not an action
const more: Record<Action, string> = { approved: 'yes', rejected: 'no', none: 'later', pending: '?' }
// @ts-expect-error PENDING is not a score status
const score: ScoreStatus = 'PENDING'
// @ts-expect-error a record of the listed values has no entry for other values
void more[status.action]
// @ts-expect-error a session has a token
const stored: Session = { interviewId: 'i' }
void [toke, actions, score, stored]

import { Unlisted } from 'incode-core'

// @ts-expect-error Unlisted is only a type
void Unlisted.value
void [id, action, listed, describe]

// @ts-expect-error a fetch returns a promise
const late: FetchFunction = () => ({ ok: true, json: async () => ({}) })
// @ts-expect-error a response has a status or ok
const noStatus: FetchFunction = async () => ({ json: async () => ({}) })
// @ts-expect-error a response has a body
const noBody: FetchFunction = async () => ({ status: 200 })
// @ts-expect-error the body is not a response
const body: FetchFunction = async () => '{}'
// @ts-expect-error the URL is a string
const byURL: FetchFunction = async (url: URL) => new Response(url.href)
// @ts-expect-error a promise of a function is not a function
const promised: FetchFunction = Promise.resolve(fetch)
void [late, noStatus, noBody, body, byURL, promised]

// @ts-expect-error code is required
new IncodeError({ message: 'm' })
// @ts-expect-error OFFLINE is not a code
new IncodeError({ code: 'OFFLINE', message: 'm' })
// @ts-expect-error message is required
new IncodeError({ code: 'NETWORK' })
// @ts-expect-error a string is not enough
new IncodeError('m')
// @ts-expect-error the JSON form has no cause
void ({} as IncodeErrorJSON).cause
try {
  await getFinishStatus()
} catch (error) {
  // @ts-expect-error an unknown error has no code
  void error.code
  if (error instanceof IncodeError) {
    // @ts-expect-error OFFLINE is not a code
    if (error.code === 'OFFLINE') throw error
    // @ts-expect-error not every error has a status
    const status: number = error.status
    // @ts-expect-error retryafter is a typo
    void error.retryafter
    if (error.code === 'TIMEOUT') {
      // @ts-expect-error a timeout has no certain status
      const status: number = error.status
      void status
    }
    if (error.code === 'RATE_LIMITED') {
      // @ts-expect-error the API does not always say how long to wait
      const wait: number = error.retryAfter
      // @ts-expect-error the status of this code is 429
      if (error.status === 503) void wait
    }
    void status
    // @ts-expect-error code is read-only
    error.code = 'NETWORK'
  }
}
// @ts-expect-error not every code is handled
function missing(error: AnyIncodeError): number {
  switch (error.code) {
    case 'RATE_LIMITED':
      return error.status
  }
}
class OwnError extends IncodeError {}
// @ts-expect-error an error of your own needs the fields of IncodeError
new OwnError('m')
void missing
