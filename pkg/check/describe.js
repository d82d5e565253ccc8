// Words for what an API sent. No function returns a value that could be a credential or the data of a user.
import { STATUS_CODES } from 'node:http'
import { findCode } from './connection.js'

/** Characters of the API's own words that are shown. */
const MAX_WORDS = 120

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isSuccess = ({ status }) => status >= 200 && status < 300
export const isRedirect = (exchange) => exchange.isRedirect === true || [301, 302, 303, 307, 308].includes(exchange.status)

/** Returns `"…"`, cut to a length. */
export function quote(text) {
  const words = String(text)
  return `"${words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words}"`
}

/** Returns the status with the API's message, or the reason why there is no response. */
export function outcome(exchange) {
  if (exchange.error) return `no response (${findCode(exchange.error) || exchange.error.name})`
  if (isRedirect(exchange)) return `${exchange.status}, a redirect`
  const status = `${exchange.status} ${STATUS_CODES[exchange.status] ?? ''}`.trim()
  if (isSuccess(exchange)) return status
  const message = isObject(exchange.json) && typeof exchange.json.message === 'string' ? `, ${quote(exchange.json.message)}` : ''
  const wait = exchange.headers?.['retry-after']
  return status + message + (wait === undefined ? '' : `, Retry-After ${quote(wait)}`)
}

/** Returns the type and the length of a value. */
export function kind(value) {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return value === '' ? 'an empty string' : `a string of ${count(value.length, 'character')}`
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a number'
  return typeof value === 'boolean' ? 'a boolean' : 'an object'
}

/** Returns the kind of a body. */
export function bodyKind({ problem, text, json }) {
  if (problem) return problem
  if (text === '') return 'an empty body'
  return json === undefined ? 'a body that is not JSON' : `JSON, ${kind(json)}`
}

export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

/** Returns names for a row. The API chose them, so their number and length are limited. */
export function names(list, length = 40) {
  const shown = list.slice(0, 20).map((name) => String(name).slice(0, length))
  return shown.join(', ') + (list.length > shown.length ? ` and ${list.length - shown.length} more` : '')
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

export function duration(seconds) {
  const [unit, size] = UNITS.find(([, size]) => Math.round(seconds / size) >= 2) ?? UNITS[3]
  return count(Math.round(seconds / size), unit)
}
