import { getFinishStatus, IncodeError } from '@incodetech/core/session'
import { failure } from './post.js'

/**
 * Returns the result of a session, for the page to show.
 * @param {{ token: string, apiURL: string }} session
 * @param {AbortSignal} signal
 */
export async function readResult({ token, apiURL }, signal) {
  try {
    // Pass `token` and `apiURL` in the call: `setup` is page-wide, and another component may have called it since.
    return await getFinishStatus(null, { token, apiURL, signal })
  } catch (error) {
    // A device whose clock is behind can't detect that the token has expired.
    if (error instanceof IncodeError && error.code === 'UNAUTHORIZED') throw failure(error.message, 'SESSION_EXPIRED')
    throw error
  }
}
