/** All that the package rejects with, but for what passes through. Its fields: index.d.ts. */
export class IncodeError extends Error {
  constructor({ message, ...fields } = {}) {
    super(message)
    // What is not known is no property.
    for (const [name, value] of Object.entries(fields)) if (value != null) this[name] = value
  }
}
// For minified code too: consoles print an error under its class's name and its own.
for (const holder of [IncodeError, IncodeError.prototype]) {
  Object.defineProperty(holder, 'name', { value: 'IncodeError', configurable: true, writable: true })
}
