// Replaces globals, as pages and test tools do.
import fc from 'fast-check'

const fail = () => {
  throw new Error('a global that throws')
}
const hostile = new Proxy(() => {}, { apply: fail, construct: fail, get: fail, getOwnPropertyDescriptor: fail, has: fail })

/** Not `setTimeout`: without it a call that hangs has no end. */
const NAMES = [
  'console',
  'performance',
  'clearTimeout',
  'AbortController',
  'AbortSignal',
  'URL',
  'DOMException',
  'Request',
  'queueMicrotask',
  'document',
  'location',
]
const WAYS = {
  throws: { value: hostile },
  'throws when it is read': { get: fail },
  'is missing': { value: undefined },
  'has a wrong shape': { value: {} },
}

export const replacement = fc.record({ name: fc.constantFrom(...NAMES), way: fc.constantFrom(...Object.keys(WAYS)) })

/** Replaces a global. Returns a function that restores it. */
export function replaceGlobal({ name, way }) {
  return redefine(globalThis, { [name]: WAYS[way] })
}

/** Replaces properties of an object. Returns a function that restores them. */
export function replace(holder, values) {
  return redefine(holder, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, writable: true }])))
}

function redefine(holder, descriptors) {
  const before = Object.keys(descriptors).map((name) => [name, Object.getOwnPropertyDescriptor(holder, name)])
  for (const [name, descriptor] of Object.entries(descriptors)) Object.defineProperty(holder, name, { ...descriptor, configurable: true })
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(holder, name, descriptor)
      else delete holder[name]
    }
  }
}
