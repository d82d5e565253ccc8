// Signals of every origin, each with a count of its listeners.
import { getEventListeners } from 'node:events'

const { AbortController, AbortSignal } = globalThis // a scene may replace them

export const ORIGINS = ['AbortController', 'AbortSignal.any', 'all calls', 'a polyfill', 'a polyfill without reasons']

/** Makes the signal of a call and schedules its abort. `shared` has the signal of all calls of the scene. */
export function makeSignal({ at, reason, origin }, clock, shared) {
  const source = origin === 'all calls' ? (shared.source ??= make(origin)) : make(origin)
  const abort = () => {
    source.abortedAt ??= clock.now
    source.abort(reason)
  }
  if (at < 0) abort()
  else clock.schedule(abort, at)
  return source
}

function make(origin) {
  return origin.startsWith('a polyfill') ? polyfilled(origin.endsWith('without reasons')) : native(origin)
}

function native(origin) {
  const controller = new AbortController()
  const signal = origin === 'AbortSignal.any' ? AbortSignal.any([controller.signal]) : controller.signal
  const listeners = () => getEventListeners(signal, 'abort').length
  let most = 0
  const { addEventListener } = signal
  signal.addEventListener = function (...args) {
    addEventListener.apply(this, args)
    most = Math.max(most, listeners())
  }
  return {
    signal,
    listeners,
    mostListeners: () => most,
    abort: (reason) => controller.abort(reason),
    isReason: (error) => signal.aborted && Object.is(error, signal.reason),
  }
}

/** A class of a page's own, from before engines had one. */
class Signal {
  aborted = false
  listeners = new Set()
  most = 0

  addEventListener(_type, listener) {
    this.listeners.add(listener)
    this.most = Math.max(this.most, this.listeners.size)
  }
  removeEventListener(_type, listener) {
    this.listeners.delete(listener)
  }
}

function polyfilled(isWithoutReasons) {
  const signal = new Signal()
  return {
    signal,
    listeners: () => signal.listeners.size,
    mostListeners: () => signal.most,
    abort(reason = new Error('aborted')) {
      if (signal.aborted) return
      signal.aborted = true
      if (!isWithoutReasons) signal.reason = reason
      for (const listener of [...signal.listeners]) listener({ type: 'abort' })
    },
    isReason: (error) => signal.aborted && (isWithoutReasons ? error?.name === 'AbortError' : Object.is(error, signal.reason)),
  }
}
