// Copies of foreign errors. The foreign object itself is never kept: a getter, a `toJSON` or a buffer of it could reveal a credential.
import { attempt, peek } from './host.js'

const MAX_LENGTH = 2_000
const MAX_CAUSES = 3

/** Returns the name, message, code, stack and causes of an error as plain data; a primitive as it is; nothing for other objects. */
export function snapshot(reason, depth = 0) {
  if (Object(reason) !== reason) {
    if (['number', 'boolean', 'undefined'].includes(typeof reason) || reason === null) return reason ?? undefined
    return String(reason).slice(0, MAX_LENGTH)
  }
  const copy = {}
  for (const name of ['name', 'message', 'code', 'stack']) {
    const value = peek(reason, name)
    // An engine reads the message again to format the stack. If it is not a string, no more is read.
    if (Object(value) === value) break
    if (typeof value === 'string') copy[name] = value.slice(0, MAX_LENGTH)
    if (typeof value === 'number') copy[name] = value
  }
  if (copy.name === undefined && copy.message === undefined) return undefined
  const cause = depth < MAX_CAUSES ? snapshot(peek(reason, 'cause'), depth + 1) : undefined
  return cause === undefined ? copy : { ...copy, cause }
}

/** Makes an `Error` of a snapshot. */
export function revive(copy) {
  if (Object(copy) !== copy) return typeof copy === 'string' ? copy.slice(0, MAX_LENGTH) : copy
  const { name = 'Error', message = '', code, stack = `${name}: ${message}`, cause } = copy
  const error = new Error(revive(message))
  if (code !== undefined) error.code = revive(code)
  for (const [field, value] of Object.entries({ name, stack, cause })) {
    const descriptor = { value: revive(value), configurable: true, writable: true }
    // An application's `Error.prepareStackTrace` can throw.
    if (value !== undefined) attempt(() => Object.defineProperty(error, field, descriptor))
  }
  return error
}

/** Describes a snapshot in one line, with the cause that Node gives to a failed fetch. */
export function describe(copy) {
  if (Object(copy) !== copy) return String(copy ?? '')
  const { name = 'Error', message = '', cause } = copy
  return `${name}: ${message}${cause ? `: ${cause.code ?? cause.message ?? cause}` : ''}`
}
