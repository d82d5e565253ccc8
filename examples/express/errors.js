import { IncodeError } from '@incodetech/core/session'

/** Maps error codes to HTTP statuses. All other codes are failures of the API or the network: 502 Bad Gateway. */
const STATUSES = {
  SESSION_EXPIRED: 410, // the user needs a new session
  RATE_LIMITED: 429,
  TIMEOUT: 504,
  // Problems of this server:
  INVALID_ARGUMENT: 500,
  NOT_CONFIGURED: 500,
  UNSUPPORTED: 500,
  MODULE_LOAD: 500,
  INTERNAL: 500,
}

/** Reasons of your own signals: an AbortController's, and AbortSignal.timeout()'s. */
const ABORTS = { AbortError: 503, TimeoutError: 504 }

/** Sends the code to the page and logs the whole error, which contains neither the API key nor the token. */
export function handleError(error, _request, response, next) {
  if (response.headersSent) return next(error)
  if (error.name in ABORTS) return response.status(ABORTS[error.name]).json({ error: error.name })
  if (!(error instanceof IncodeError)) return next(error)
  console.error(error)
  if (error.retryAfter !== undefined) response.set('retry-after', String(Math.ceil(error.retryAfter / 1000)))
  response.status(STATUSES[error.code] ?? 502).json({ error: error.code })
}
