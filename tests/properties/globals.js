// Replaces globals, as pages and test tools do.
import fc from 'fast-check'
import { NAMES, WAYS } from '../contract/replacements.js'

/** All but `setTimeout`: without it a call that hangs has no end. */
const REPLACEABLE = NAMES.filter((name) => name !== 'setTimeout')

export const replacement = fc.record({ name: fc.constantFrom(...REPLACEABLE), way: fc.constantFrom(...Object.keys(WAYS)) })

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
