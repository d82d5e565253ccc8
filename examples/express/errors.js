import { IncodeError } from '@incodetech/core/session'

/** Maps error codes to HTTP statuses. All other codes are failures of the API or the network: 502 Bad Gateway. */
const STATUSES = new Map([
  ['SESSION_EXPIRED', 410], // the user needs a new session
  ['RATE_LIMITED', 429],
  ['TIMEOUT', 504],
  // Problems of this server:
  ['INVALID_ARGUMENT', 500],
  ['NOT_CONFIGURED', 500],
  ['UNSUPPORTED', 500],
  ['MODULE_LOAD', 500],
  ['INTERNAL', 500],
])

/** Reasons of your own signals: an AbortController's, and AbortSignal.timeout()'s. */
const ABORTS = new Map([
  ['AbortError', 503],
  ['TimeoutError', 504],
])

/**
 * Returns the HTTP response for an error of a call, with the error's code. Logs the whole error, which contains neither the API key nor
 * the token. Rethrows other errors.
 * @param {unknown} error
 * @returns {{ status: number, headers: Record<string, string>, body: { error: string } }}
 */
export function toResponse(error) {
  if (!(error instanceof Error)) throw error
  const aborted = ABORTS.get(error.name)
  if (aborted) return { status: aborted, headers: {}, body: { error: error.name } }
  if (!(error instanceof IncodeError)) throw error
  console.error(error)
  /** @type {Record<string, string>} */
  const headers = {}
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfter / 1000))
  return { status: STATUSES.get(error.code) ?? 502, headers, body: { error: error.code } }
}
