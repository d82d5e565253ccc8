const RESULTS = new Map([
  ['approved', 'You are approved.'],
  ['rejected', 'You are rejected.'],
])
const IN_REVIEW = "We're reviewing your verification. We'll email you."

const EXPIRED = 'Your session has expired. Please start again.'
const ERRORS = new Map([
  ['SESSION_EXPIRED', EXPIRED],
  ['401', EXPIRED], // the flow's code
  ['RATE_LIMITED', "We're very busy right now. Please try again in a minute."],
])
const FAILED = 'Something went wrong. Please try again.'

/**
 * Returns the words for a result. An `action` that is not known is like `none`: no one has decided yet.
 * @param {{ action: string }} result
 */
export function wordsForResult({ action }) {
  return RESULTS.get(action) ?? IN_REVIEW
}

/**
 * Returns the words for the error of a call, of the flow or of the backend.
 * @param {unknown} error
 */
export function wordsForError(error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ERRORS.get(String(code)) ?? FAILED
}
