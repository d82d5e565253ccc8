import { IncodeError } from '@incodetech/core/session'

/** Whose fault it is, in the words of HTTP. What is not here is the API's or the way's to it: 502. */
const STATUSES = {
  SESSION_EXPIRED: 410, // a new session mends it
  RATE_LIMITED: 429,
  TIMEOUT: 504,
  // Ours, and nothing that the page could do better:
  INVALID_ARGUMENT: 500,
  NOT_CONFIGURED: 500,
  UNSUPPORTED: 500,
  MODULE_LOAD: 500,
  INTERNAL: 500,
}

/** The page gets the code, the log the whole error: no field of it holds the API key or the token. */
export function answerForError(error, _request, response, next) {
  if (!(error instanceof IncodeError)) return next(error)
  console.error(error)
  if (error.retryAfter !== undefined) response.set('retry-after', String(Math.ceil(error.retryAfter / 1000)))
  response.status(STATUSES[error.code] ?? 502).json({ error: error.code })
}
