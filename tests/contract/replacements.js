// Globals that pages and test tools replace, and ways to do so.

export const fail = () => {
  throw new Error('a global that throws')
}

/** Throws on every use: as a function, a class or an object. */
const hostile = new Proxy(() => {}, { apply: fail, construct: fail, get: fail, getOwnPropertyDescriptor: fail, has: fail })

/** Descriptors of the property that replaces a global. */
export const WAYS = {
  throws: { value: hostile, writable: true },
  'throws when it is read': { get: fail },
  'is missing': { value: undefined, writable: true },
  'has a wrong shape': { value: {}, writable: true },
}

/** Names of the globals that the package may use. */
export const NAMES = [
  'console',
  'performance',
  'setTimeout',
  'clearTimeout',
  'AbortController',
  'AbortSignal',
  'URL',
  'DOMException',
  'Request',
  'queueMicrotask',
  // A page's own cannot be replaced.
  ...(globalThis.document ? [] : ['document', 'location']),
]
