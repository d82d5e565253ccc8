import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import '@incodetech/web/flow'

const failure = (message, code, more) => Object.assign(new Error(message), { code, ...more })

/** Creates a session on your backend, where the API key stays. The page gets a token for one session. For production. */
export async function sessionFromBackend(sessionOptions) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify(sessionOptions) }).catch((cause) => {
    throw failure("Can't reach the backend", 'NETWORK', { cause })
  })
  if (response.ok) return response.json()
  const { error } = await response.json().catch(() => ({}))
  const retryAfter = response.headers.get('retry-after') * 1000 || undefined
  throw failure(error ?? "The backend didn't create a session", response.status, { retryAfter })
}

/** Creates a session in the page. For development only: anyone who opens the page can read the API key. */
export async function sessionInPage(apiKey, apiURL, sessionOptions) {
  return { apiURL, ...(await createSession(apiKey, { ...sessionOptions, apiURL })) }
}

/** Resolves when the flow has finished, rejects if it fails. */
const run = (flow, config) =>
  new Promise((resolve, reject) => {
    flow.onFinish = resolve
    flow.onError = (message, code) => reject(failure(message, code))
    flow.config = config
  })

/** State of the page for an error code of the package, or an HTTP status of the backend or the flow. */
const STATES = {
  SESSION_EXPIRED: 'expired',
  401: 'expired',
  RATE_LIMITED: 'rate-limited',
  429: 'rate-limited',
  NETWORK: 'offline',
  0: 'offline',
  TIMEOUT: 'api-down',
  SERVER_ERROR: 'api-down',
  INVALID_RESPONSE: 'api-down',
  MODULE_LOAD: 'blocked',
  FORBIDDEN: 'forbidden',
  403: 'forbidden',
  499: 'ready', // the user closed the flow
}

/** Returns a function that runs one verification. After an error, calling it again continues where it stopped. */
export function verification({ flow, openSession, show }) {
  let session, finished
  return async function proceed() {
    try {
      if (!session) show('creating')
      session ??= await openSession()
      await setup({ apiURL: session.apiURL, token: session.token })
      if (!finished) {
        show('flow')
        await run(flow, { token: session.token, lang: document.documentElement.lang })
        finished = true
      }
      show('checking')
      const status = await getFinishStatus()
      show({ approved: 'approved', rejected: 'rejected' }[status.action] ?? 'review', status)
    } catch (error) {
      show(STATES[error.code] ?? (error.code >= 500 ? 'api-down' : 'failed'), error)
    }
  }
}
