import { SANDBOX_KEY } from './sandbox-key.mjs'

/** Creates a session, completes it, and returns its result. Two requests replace the flow of the vendor's element. */
export async function journey({ setup, createSession, getFinishStatus }, apiURL) {
  const { token } = await createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL })
  await setup({ apiURL, token })
  await verify(apiURL, token)
  return getFinishStatus()
}

/** Sends the fewest requests of the flow that complete a session in the sandbox. */
export async function verify(apiURL, token) {
  const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
  for (const step of ['add/face', 'process/face']) {
    const { status } = await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })
    if (status !== 200) throw new Error(`${step}: status ${status}`)
  }
}
