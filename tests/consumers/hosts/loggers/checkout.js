// The application's code: each function makes the call that fails.
import { createSession, getFinishStatus } from 'incode-core'

export async function openSession(apiKey, options) {
  return await createSession(apiKey, { configurationId: 'approved', ...options })
}

export async function readResult(token, options) {
  return await getFinishStatus(null, { token, retries: 0, ...options })
}
