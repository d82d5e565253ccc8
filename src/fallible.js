// Platform calls that may throw at once. An exception that crosses into wasm costs a slot of the externref table each time
// (wasm-bindgen 0.2.130), and one that nobody expects costs the instance; here it becomes a value.

/** What the platform's parser makes of an address; '' if nothing. */
export function normalise(url) {
  try {
    return new URL(url).href
  } catch {
    return ''
  }
}

/** The parsed JSON, or `undefined`. */
export function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The page's `fetch` of this moment, patched or not: throwing, not answering with a promise, it always ends as one. */
export async function send(url, init) {
  return fetch(url, init)
}

/** Whether a value can be listened to as an AbortSignal, of this realm or of another (a frame's, jsdom's). */
export function isSignal(value) {
  try {
    return typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function'
  } catch {
    return false
  }
}

/** A property of a value of whatever kind; `undefined` where reading it throws. */
export function property(value, name) {
  try {
    return value[name]
  } catch {
    return undefined
  }
}

/** A value of whatever kind as text; '' where it refuses. */
export function text(value) {
  try {
    return String(value)
  } catch {
    return ''
  }
}
