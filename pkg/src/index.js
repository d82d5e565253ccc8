// The facade: copies the caller's options, loads the module and forwards the call. Everything is decided in Rust (src/);
// loading and panics are in instance.js.
import { Caller } from './caller.js'
import { preloadFrom, run } from './instance.js'

export { IncodeError } from './error.js'

export function setup(options) {
  const caller = new Caller('setup', setup, copyOptions(options))
  return run(caller, null) // its `timeout` is for later calls
}

export function initializeSession(options) {
  return run(new Caller('initializeSession', initializeSession, copyOptions(options)))
}

export function createSession(apiKey, options) {
  const failure = 'Failed to create Incode session'
  return run(new Caller('createSession', createSession, copyOptions(options), apiKey, failure))
}

export function getFinishStatus(flowId, options) {
  const failure = 'Failed to get Incode finish status'
  return run(new Caller('getFinishStatus', getFinishStatus, copyOptions(options), flowId, failure))
}

export function preload(source) {
  return preloadFrom(source, new Caller('preload', preload))
}

/** Stands for an option that cannot be read. It is never a valid value, so Rust rejects it by its name. */
const UNREADABLE = Symbol('unreadable')

/** Copies the options as they are now: later changes have no effect. Rust rejects what this returns for anything but an object. */
function copyOptions(options) {
  try {
    if (typeof options !== 'object' || !options || Array.isArray(options)) return options
    // Without options a call would use the current token.
    if (typeof options.then === 'function') return options.then
    const copy = Object.create(null)
    for (const name of optionNames(options)) copy[name] = read(options, name)
    return copy
  } catch {
    return UNREADABLE
  }
}

/** Lists an object's own enumerable properties and, for an instance of a class, what its prototypes define except methods. */
function optionNames(options) {
  const names = new Set(Object.keys(options))
  let holder = options
  // A proxy can have prototypes without end.
  for (let level = 0; level < 100; level++) {
    holder = Object.getPrototypeOf(holder)
    if (!holder || !Object.getPrototypeOf(holder)) break
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value !== 'function' && !Object.getOwnPropertyDescriptor(options, name)) names.add(name)
    }
  }
  return names
}

function read(options, name) {
  try {
    return copyValue(options[name])
  } catch {
    return UNREADABLE
  }
}

/** Copies plain objects and arrays to their depth. A URL becomes a string; signals and other objects stay the same. */
function copyValue(value) {
  if (typeof value !== 'object' || !value || typeof value.addEventListener === 'function') return value
  if (Object.prototype.toString.call(value) === '[object URL]') return value.href
  if (Array.isArray(value)) return value.map(copyValue)
  const prototype = Object.getPrototypeOf(value)
  if (prototype && Object.getPrototypeOf(prototype)) return value
  const copy = Object.create(null)
  for (const name of Object.keys(value)) copy[name] = copyValue(value[name])
  return copy
}
