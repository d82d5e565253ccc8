// Values that the sandbox accepts and returns, and the requests that it received.
export { SANDBOX_KEY } from '../contract/sandbox-key.mjs'

export const APPROVED = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
export const JOURNEY = ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status']

/** Requests of a page that completes the flow: one finish-status, because it completes the session. */
const STEPS = ['add/user-consent', 'add/front-id', 'add/back-id', 'process/id', 'add/face', 'process/face']
export const WALKED = ['POST /omni/start', ...STEPS.map((step) => `POST /omni/${step}`), 'GET /omni/finish-status']

/** Returns the requests that the API received, except preflights. A fault in the apiURL is left out of their paths. */
export async function journal(apiURL) {
  const entries = await (await fetch(apiURL)).json()
  return entries.filter(({ method }) => method !== 'OPTIONS').map(({ method, path }) => `${method} ${path.replace(/^\/fault\/[^/]+/, '')}`)
}
