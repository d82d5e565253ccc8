// Foreign values: what they are, and the strings in them. Nothing depends on a class, because a value can come from another realm or
// another implementation.
import { attempt, peek } from './host.js'

/** Returns the kind of a caller's value: one of `Kind` in inspect.rs. */
export function kind(value) {
  const type = typeof value
  if (type === 'string') return /^[!-~]([ -~]*[!-~])?$/.test(value) ? 'printable' : value ? 'string' : 'empty'
  if (type === 'boolean') return String(value)
  if (type === 'undefined' || value === null) return 'absent'
  if (type === 'symbol') return 'unreadable' // what the facade passes for an option that cannot be read
  if (type !== 'object') return type === 'function' ? 'function' : 'other'
  return (
    attempt(() => {
      if (Array.isArray(value)) return 'object'
      if (typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function') return 'signal'
      const prototype = Object.getPrototypeOf(value)
      return prototype && Object.getPrototypeOf(prototype) ? 'object' : 'plain'
    }) ?? 'object'
  )
}

/** Returns the beginning of a name, longer than any known one, with `?` for each character that is not of a token (RFC 9110, 5.6.2). */
export function plainName(name) {
  return name.slice(0, 256).replace(/[^\w!#-'*+.^\x60|~-]/g, '?')
}

/** Quotes the beginning of a name as a JSON string of printable ASCII. */
export function quote(name) {
  return JSON.stringify(name.slice(0, 40)).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt().toString(16).padStart(4, 0)}`)
}

/** Makes an object without a prototype, in which any name is just a name. */
export function emptyRecord() {
  return Object.create(null)
}

/** Copies the properties of two objects to a new one. Later ones win. Nothing in `Object.prototype` becomes a setting. */
export function merge(defaults, overrides) {
  return { __proto__: null, ...defaults, ...overrides }
}

/** Returns what a rejection of `fetch` is: one of `Rejection` in inspect.rs. */
export function classify(reason) {
  // React suspends by throwing a thenable; Next.js marks its own errors with a digest.
  if (typeof peek(reason, 'then') === 'function' || typeof peek(reason, 'digest') === 'string') return 'steering'
  const isError = attempt(() => reason instanceof Error || /Error|DOMException/.test(Object.prototype.toString.call(reason)))
  return Object(reason) !== reason || isError ? 'failure' : 'object'
}

/** Returns true for a bigint that would take long to format. */
const isHuge = (value) => typeof value === 'bigint' && !Number.isFinite(Number(value))

const MAX_PARTS = 1_000
const MAX_LENGTH = 50_000

/** Returns all strings in a value, as lines. Returns `undefined` if it cannot be read to its end or is too large. */
export function collectStrings(value) {
  return attempt(() => {
    const parts = new Set()
    let lines = ''
    const add = (part) => {
      lines += '\n' // each step counts, because an iterator can have no end
      if (isHuge(part) || part?.length > MAX_LENGTH || parts.size > MAX_PARTS || lines.length > MAX_LENGTH) throw part
      if (typeof part === 'function' || parts.has(part)) return
      parts.add(part)
      if (Object(part) !== part) lines += String(part)
    }
    add(value)
    if (typeof value === 'function') parts.add({ ...value })
    for (const part of parts) if (Object(part) === part) visit(part, add)
    return lines
  })
}

/** Calls `add` with the property names and values of an object, with its items if it is a collection, and with its bytes as a string. */
function visit(object, add) {
  const bytes = ArrayBuffer.isView(object) ? object.buffer : object
  if (typeof bytes.byteLength === 'number') {
    if (bytes.byteLength > MAX_LENGTH) throw object
    return add(String.fromCharCode(...new Uint8Array(bytes)))
  }
  // Getters of a class count, the methods that all objects share do not.
  for (let holder = object; holder && (holder === object || Object.getPrototypeOf(holder)); holder = Object.getPrototypeOf(holder)) {
    for (const name of Reflect.ownKeys(holder)) {
      add(name)
      add(peek(object, name))
    }
  }
  if (typeof object[Symbol.iterator] === 'function') for (const item of object) add(item)
}

// Copies of foreign errors. The foreign object itself is never kept: a getter, a `toJSON` or a buffer of it could reveal a credential.

const MAX_CAUSE_LENGTH = 2_000
const MAX_CAUSES = 3

/** Returns the name, message, code, stack and causes of an error as plain data; a primitive as it is; nothing for other objects. */
export function snapshot(reason, depth = 0) {
  if (Object(reason) !== reason) {
    if (isHuge(reason)) return undefined
    if (reason == null || ['number', 'boolean'].includes(typeof reason)) return reason ?? undefined
    return String(reason).slice(0, MAX_CAUSE_LENGTH)
  }
  const copy = {}
  for (const name of ['name', 'message', 'code', 'stack']) {
    const value = peek(reason, name)
    // An engine reads the message again to format the stack. If it is not a string, no more is read.
    if (Object(value) === value) break
    if (typeof value === 'string') copy[name] = value.slice(0, MAX_CAUSE_LENGTH)
    if (typeof value === 'number') copy[name] = value
  }
  if (copy.name === undefined && copy.message === undefined) return undefined
  const cause = depth < MAX_CAUSES ? snapshot(peek(reason, 'cause'), depth + 1) : undefined
  return cause === undefined ? copy : { ...copy, cause }
}

/** Defines a property that is not enumerable, as those of a native error. */
export function hide(object, name, value) {
  Object.defineProperty(object, name, { value, configurable: true, writable: true })
}

/** Makes an `Error` of a snapshot. */
export function revive(copy) {
  if (Object(copy) !== copy) return typeof copy === 'string' ? copy.slice(0, MAX_CAUSE_LENGTH) : copy
  const { name = 'Error', message = '', code, stack = `${name}: ${message}`, cause } = copy
  const error = new Error(revive(message))
  if (code !== undefined) error.code = revive(code)
  for (const [field, value] of Object.entries({ name, stack, cause })) {
    // An application's `Error.prepareStackTrace` can throw.
    if (value !== undefined) attempt(() => hide(error, field, revive(value)))
  }
  return error
}

/** Describes a snapshot in up to 200 characters, with the cause that Node gives to a failed fetch. */
export function describe(copy) {
  const { name = 'Error', message = '', cause } = Object(copy)
  const text = Object(copy) === copy ? `${name}: ${message}${cause ? `: ${cause.code ?? cause.message ?? cause}` : ''}` : `${copy ?? ''}`
  return /^.{0,200}/su.exec(text)[0]
}
