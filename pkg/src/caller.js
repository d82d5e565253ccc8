// The start of a call: its time, and its stack, which the errors of the call get.
import { attempt, now } from '../../src/platform/host.js'
import { hide, revive } from '../../src/platform/inspect.js'
import { IncodeError } from './error.js'

export class Caller {
  /** True once the call has reached its request. So has any call whose error has `attempts`. */
  isSent = false
  started = now()
  /** The timer, the listener and the wait of the call, set by `startLimits`. */
  limits
  #stack

  /** `entry` is the public function, whose frame the stack leaves out; `failure` is the prefix of messages once there was a request. */
  constructor(name, entry, options, argument, failure) {
    Object.assign(this, { name, options, argument, failure })
    this.#stack = capture(entry)
  }

  /** Makes an error of the call. `cause` is a snapshot. */
  error(code, message, [status, retryAfter, attempts] = [], api, cause) {
    const prefix = this.isSent || attempts ? this.failure : this.name
    message = `${prefix}: ${message}`
    const error = new IncodeError({ code, message, status, retryAfter, attempts, api, cause: revive(cause) })
    attempt(() => {
      const stack = this.#stack(error)
      // The address of a page, in the frames of its scripts, can hold the token of a session.
      if (stack) hide(error, 'stack', stack.replace?.(/=[\w.-]{16,}(?=&|:\d+:\d+)/g, '=[redacted]') ?? stack)
    })
    return error
  }
}

/** Captures the stack below `entry`. Returns a function that formats it for an error, because most calls never need that. */
function capture(entry) {
  const holder = Object.create(IncodeError.prototype)
  if (attempt(() => Error.captureStackTrace(holder, entry) ?? true)) {
    // V8 formats a stack when it is read, with the error as its first line: the holder stands for it. Bun's first line is `Error`.
    return (error) => {
      const { stack } = Object.assign(holder, error, { message: error.message })
      return typeof stack === 'string' ? stack.replace(/^Error(?=\n +at )/, () => String(error)) : stack
    }
  }
  const stack = attempt(() => new Error().stack)
  return () => stack.slice(stack.indexOf('\n', stack.indexOf(`${entry.name}@`)) + 1)
}
