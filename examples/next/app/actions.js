'use server'
import { createSession, IncodeError } from '@incodetech/core/session'

/** What the page may ask for. The sandbox has more of them; the real ones are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'expires-at-once']

/** A session for whoever is signed in: the page gets its token and where it is good, or the code of what went wrong. */
export async function openSession(configurationId) {
  if (!CONFIGURATIONS.includes(configurationId)) return { error: 'INVALID_ARGUMENT' }
  const apiURL = process.env.INCODE_API_URL
  try {
    const { token } = await createSession(process.env.INCODE_API_KEY, { apiURL, configurationId })
    return { token, apiURL }
  } catch (error) {
    // What an action throws reaches the page without its code.
    if (!(error instanceof IncodeError)) throw error
    console.error(error)
    return { error: error.code }
  }
}
