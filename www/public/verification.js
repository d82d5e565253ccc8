import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import '@incodetech/web/flow'

const failure = (message, code, more) => Object.assign(new Error(message), { code, ...more })

/** For production: the API key stays on your backend, the page gets a token for one session. */
export async function sessionFromBackend(wishes) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify(wishes) }).catch((cause) => {
    throw failure('The backend cannot be reached', 'NETWORK', { cause })
  })
  if (response.ok) return response.json()
  const { error } = await response.json().catch(() => ({}))
  const retryAfter = response.headers.get('retry-after') * 1000 || undefined
  throw failure(error ?? 'The backend opened no session', response.status, { retryAfter })
}

/** For development only: whoever opens the page can read the API key. */
export async function sessionInPage(apiKey, apiURL, wishes) {
  return { apiURL, ...(await createSession(apiKey, { ...wishes, apiURL })) }
}

/** Resolves when the person is through the flow, rejects when the flow cannot go on. */
const run = (flow, config) =>
  new Promise((resolve, reject) => {
    flow.onFinish = resolve
    flow.onError = (message, code) => reject(failure(message, code))
    flow.config = config
  })

/** What a page shows for an error: the package's code, or the HTTP status that the backend or the flow reports. */
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
  499: 'ready', // 499: the person closed the flow
}

/** One verification. After an error, calling it again goes on where it stopped. */
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
