// What the sandbox says, and was asked for.
export const APPROVED = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
export const JOURNEY = ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status']

/** What the API was asked for, preflights apart. */
export async function journal(apiURL) {
  const entries = await (await fetch(apiURL)).json()
  return entries.filter(({ method }) => method !== 'OPTIONS').map(({ method, path }) => `${method} ${path}`)
}
