// JSON and dates. Each function returns `undefined` or NaN where the standard one throws.
import { attempt } from './host.js'

/** Serializes a value. Returns `undefined` if JSON cannot represent it or a part of it. */
export function stringify(value) {
  return attempt(() =>
    JSON.stringify(value, (name, part) => {
      // `JSON.stringify` itself throws for a bigint.
      if (['function', 'symbol'].includes(typeof part) || (typeof part === 'number' && !Number.isFinite(part))) throw name
      return part
    }),
  )
}

export function parse(json) {
  return attempt(() => JSON.parse(json))
}

/** Returns the `exp` of a JWT in seconds since 1970, NaN for anything else. The API checks the signature. */
export function expiry(token) {
  const { 1: payload, length } = token.split('.')
  const claims = parse(attempt(() => atob(payload.replace(/-/g, '+').replace(/_/g, '/'))))
  return length === 3 && typeof claims?.exp === 'number' ? claims.exp : NaN
}

/** Returns an HTTP date (RFC 9110, section 5.6.7) in ms since 1970, NaN for anything else. `Date.parse` accepts much more. */
export function httpDate(text) {
  const forms = /^\w{3}(, \d\d \w{3} \d{4} [\d:]{8} GMT|\w{3,6}, \d\d-\w{3}-\d\d [\d:]{8} GMT| \w{3} [ \d]\d [\d:]{8} \d{4})$/
  return forms.test(text) ? Date.parse(/\d$/.test(text) ? `${text} GMT` : text) : NaN
}

/** Percent-encodes a string for a query. */
export function encodeQuery(text) {
  return attempt(() => encodeURIComponent(text)) ?? text
}

/** Lists the strings in plain data, as far as it is not nested too deep: `[values, names and numbers]`. */
export function texts(data) {
  const lists = [[], []]
  attempt(() => map(data, (text, list) => lists[list].push(text)))
  return lists
}

/** Copies plain data with other strings in place of its own. Returns `undefined` if it is nested too deep. */
export function withTexts(data, lists) {
  const next = [0, 0]
  return attempt(() => map(data, (_, list) => lists[list][next[list]++]))
}

/** Copies plain data, with the results of `text` in place of its strings (list 0), and of its names and numbers (list 1). */
function map(data, text) {
  if (Array.isArray(data)) return data.map((item) => map(item, text))
  if (typeof data === 'string') return text(data, 0)
  if (typeof data === 'number') {
    const other = text(String(data), 1)
    return other === String(data) ? data : other
  }
  if (typeof data !== 'object' || !data) return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [text(name, 1), map(value, text)]))
}
