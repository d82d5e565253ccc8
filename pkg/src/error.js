import { attempt } from '../../src/platform/host.js'
import { hide } from '../../src/platform/inspect.js'

const BRAND = Symbol.for('incode-core.IncodeError')
const FIELDS = ['code', 'status', 'api', 'retryAfter', 'attempts']

/** The error that the package rejects with. Its fields are documented in index.d.ts. */
export class IncodeError extends Error {
  constructor({ message, cause, ...fields } = {}) {
    super(message)
    for (const name of FIELDS) if (fields[name] != null) this[name] = fields[name]
    if (cause != null) hide(this, 'cause', cause)
  }

  /** Errors of another copy of the package count, as from a second bundle. A subclass matches only its own instances. */
  static [Symbol.hasInstance](value) {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this method
    return this === IncodeError ? Boolean(attempt(() => value[BRAND])) : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /** Makes plain data: no stack, no cause, and no field that JSON cannot represent. */
  toJSON() {
    const json = { name: this.name, code: undefined, message: this.message }
    for (const name of FIELDS) {
      try {
        if (JSON.stringify(this[name])) json[name] = this[name]
      } catch {
        // JSON cannot represent it.
      }
    }
    return json
  }
}

// The name is set for minified code too: consoles print an error under it.
hide(IncodeError.prototype, BRAND, true)
for (const holder of [IncodeError, IncodeError.prototype]) hide(holder, 'name', 'IncodeError')
