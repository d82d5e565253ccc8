// What the sandbox takes, says, and was asked for.
export { SANDBOX_KEY } from '../contract/sandbox-key.mjs'

export const APPROVED = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
export const JOURNEY = ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status']

/** What the API is asked for until the flow of the vendor's element is walked and finished: finish-status once, because it completes it. */
const STEPS = ['add/user-consent', 'add/front-id', 'add/back-id', 'process/id', 'add/face', 'process/face']
export const WALKED = ['POST /omni/start', ...STEPS.map((step) => `POST /omni/${step}`), 'GET /omni/finish-status']

/** What the API was asked for, preflights apart. */
export async function journal(apiURL) {
  const entries = await (await fetch(apiURL)).json()
  return entries.filter(({ method }) => method !== 'OPTIONS').map(({ method, path }) => `${method} ${path}`)
}
