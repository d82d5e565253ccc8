import { SANDBOX_KEY } from './sandbox-key.mjs'

/** A session from its beginning to its end, with two steps of the flow where a page has the vendor's element. */
export async function journey({ setup, createSession, getFinishStatus }, apiURL) {
  const { token } = await createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL })
  await setup({ apiURL, token })
  await verify(apiURL, token)
  return getFinishStatus()
}

/** The fewest steps of the flow after which the sandbox knows how the session ended. */
export async function verify(apiURL, token) {
  const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
  for (const step of ['add/face', 'process/face']) {
    const { status } = await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })
    if (status !== 200) throw new Error(`${step} answered ${status}`)
  }
}
