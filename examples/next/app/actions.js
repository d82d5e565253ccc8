'use server'
import { createSession, IncodeError } from '@incodetech/core/session'

/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']

/** Creates a session for the signed-in user. Returns its token and apiURL, or the code of the error. */
export async function startSession(configurationId) {
  if (!CONFIGURATIONS.includes(configurationId)) return { error: 'INVALID_ARGUMENT' }
  const apiURL = process.env.INCODE_API_URL
  try {
    const { token } = await createSession(process.env.INCODE_API_KEY, { apiURL, configurationId })
    return { token, apiURL }
  } catch (error) {
    // A thrown error reaches the page without its code.
    if (!(error instanceof IncodeError)) throw error
    console.error(error)
    return { error: error.code }
  }
}
