import { createSession, getFinishStatus, IncodeError, initializeSession, setup } from 'incode-core'
// @ts-expect-error there is no such entry
import 'incode-core/utils'
// @ts-expect-error there is no init to be called
import { init } from 'incode-core'

void init

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

// @ts-expect-error a token is needed
initializeSession({})
// @ts-expect-error in an object
initializeSession('token')
// @ts-expect-error and may not be absent
initializeSession({ token: null })

// @ts-expect-error options are needed
createSession('key')
// @ts-expect-error with a configurationId
createSession('key', {})
// @ts-expect-error the key comes first
createSession({ configurationId: 'c' })
// @ts-expect-error and is a string
createSession(null, { configurationId: 'c' })
// @ts-expect-error a mistyped name
createSession('key', { configurationId: 'c', externalID: 'e' })
// @ts-expect-error a string is meant
createSession('key', { configurationId: 'c', externalId: 5 })
// @ts-expect-error strings are meant
createSession('key', { configurationId: 'c', customFields: { a: 5 } })
// @ts-expect-error no headers for one call
createSession('key', { configurationId: 'c', customHeaders: {} })
// @ts-expect-error a signal, not its controller
createSession('key', { configurationId: 'c', signal: new AbortController() })

// @ts-expect-error a flow is named by a string
getFinishStatus(5)
// @ts-expect-error options come second
getFinishStatus({ token: 't' })
// @ts-expect-error and are a closed set
getFinishStatus(null, { apiURL: 'https://api.example.com' })

const session = await createSession('key', { configurationId: 'c' })
// @ts-expect-error only the token is sure to be there
const id: string = session.interviewId
const status = await getFinishStatus()
// @ts-expect-error an action is a string
const action: number = status.action
void [id, action]

// @ts-expect-error errors are made by the package alone
new IncodeError({ code: 'NETWORK', message: 'm' })
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
