/**
 * Sends a request to this example's own backend. Rejects with an error that has the `code` of the backend's response.
 * @param {string} path
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 */
export async function post(path, body = {}, signal) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null })
  const result = await response.json().catch(() => ({}))
  if (!response.ok) throw failure(`${path}: ${response.status}`, result.error)
  return result
}

/**
 * Returns an error with a `code`: that of an IncodeError, or the flow's.
 * @param {string | undefined} message
 * @param {string | number | undefined} code
 */
export function failure(message, code) {
  return Object.assign(new Error(message), { code })
}
