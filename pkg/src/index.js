// The facade: copies what callers hand in and hands the calls over. What is allowed, refused, sent, retried or redacted is decided in
// Rust (src/); how the module is loaded, and what becomes of calls when it panics, is in instance.js.
import { load, run } from './instance.js'

export { IncodeError } from './error.js'

export function setup(options) {
  const copy = copied(options)
  return run((core) => core.setup(copy)) // its `timeout` is for the calls to come
}

export function initializeSession(options) {
  const copy = copied(options)
  return run((core) => core.initializeSession(copy), copy)
}

export function createSession(apiKey, options) {
  const copy = copied(options)
  return run((core, ...rest) => core.createSession(apiKey, copy, ...rest), copy, 'Failed to create Incode session: ')
}

export function getFinishStatus(flowId, options) {
  const copy = copied(options)
  return run((core, ...rest) => core.getFinishStatus(flowId, copy, ...rest), copy, 'Failed to get Incode finish status: ')
}

export async function preload(source) {
  await load(source)
}

/** Stands for what can't be read. Never a legal value, so Rust refuses it by its name. */
const UNREADABLE = Symbol('unreadable')

/** Options as they are now: changing them after the call changes nothing. What is no object goes on as it is, to be refused. */
function copied(options) {
  try {
    if (typeof options !== 'object' || !options || Array.isArray(options)) return options
    const copy = Object.create(null)
    // The whole prototype chain, but for the root that all objects share.
    for (let holder = options; holder && (holder === options || Object.getPrototypeOf(holder)); holder = Object.getPrototypeOf(holder)) {
      for (const name of Object.getOwnPropertyNames(holder)) {
        if (name in copy) continue
        const value = read(options, name)
        // A class brings its constructor and methods along, which are no options.
        if (holder === options || typeof value !== 'function') copy[name] = value
      }
    }
    return copy
  } catch {
    return UNREADABLE
  }
}

/** One option's value, so that no other hand changes it any more. */
function read(options, name) {
  try {
    return frozen(options[name])
  } catch {
    return UNREADABLE
  }
}

/** A value as it is now: plain objects and arrays are copied to their depth, other objects stay what they are. */
function frozen(value) {
  if (typeof value !== 'object' || !value) return value
  const kind = Object.prototype.toString.call(value)
  if (kind === '[object URL]') return value.href
  if (kind === '[object AbortSignal]') return ownSignal(value)
  if (Array.isArray(value)) return value.map(frozen)
  const prototype = Object.getPrototypeOf(value)
  if (prototype && Object.getPrototypeOf(prototype)) return value
  const copy = Object.create(null)
  for (const name of Object.keys(value)) copy[name] = frozen(value[name])
  return copy
}

/** A signal of this call alone, because Node warns of a leak at the eleventh listener on one. */
function ownSignal(signal) {
  try {
    return AbortSignal.any([signal])
  } catch {
    return signal
  }
}
