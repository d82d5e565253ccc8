// Finds credentials in whatever can be reached from a value, by every way that a reader has.
import { inspect } from 'node:util'

/** How many characters in a row give a credential away. */
const PIECE = 8
const LARGEST = 5_000
/** Of the language itself: nothing is written there. */
const COMMON = [Object.prototype, Function.prototype, Array.prototype, Error.prototype, TypeError.prototype, DOMException.prototype]

/** Where a piece of some secret stands, in the texts of a value; undefined if nowhere. */
export function leak(value, secrets) {
  // A mark's own letters beside what it left are no piece of a secret.
  const texts = textsOf(value).map((text) => text.toLowerCase().replaceAll('[redacted]', '\0'))
  for (const secret of secrets) {
    for (let from = 0; from + PIECE <= secret.length; from++) {
      const piece = secret.slice(from, from + PIECE).toLowerCase()
      const text = texts.find((text) => text.includes(piece))
      if (text !== undefined) return `${piece} of ${secret} in ${text.slice(0, 300)}`
    }
  }
  return undefined
}

function textsOf(root) {
  const texts = [
    attempt(() => inspect(root, { depth: 10, showHidden: true })),
    attempt(() => JSON.stringify(root)),
    attempt(() => `${root}`),
  ]
  const found = new Set([root])
  for (const value of found) {
    if (found.size > LARGEST) break
    if (COMMON.includes(value)) continue
    if (Object(value) !== value) {
      texts.push(attempt(() => String(value)))
      continue
    }
    const add = (read) => {
      try {
        found.add(read())
      } catch {
        // What nobody can read tells nobody.
      }
    }
    add(() => Object.getPrototypeOf(value))
    for (const name of attempt(() => Reflect.ownKeys(value)) ?? []) {
      found.add(name)
      add(() => value[name])
    }
    for (const inherited of ['name', 'message', 'stack', 'cause', 'reason', 'url', 'headers', 'statusText']) add(() => value[inherited])
    if (attempt(() => typeof value[Symbol.iterator]) === 'function') for (const each of attempt(() => [...value]) ?? []) found.add(each)
  }
  return texts.filter((text) => typeof text === 'string')
}

function attempt(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}
