// Finds credentials in everything that can be reached from a value, in every way that it can be read.
import { inspect } from 'node:util'

/** Number of characters in a row that give a credential away. */
const PIECE = 8
const LARGEST = 5_000
/** Objects of the language itself. */
const COMMON = [Object.prototype, Function.prototype, Array.prototype, Error.prototype, TypeError.prototype, DOMException.prototype]

/** Returns the first piece of a secret in the strings of a value and the string around it; `undefined` if there is none. */
export function leak(value, secrets) {
  // The mark's own letters are not a piece of a secret.
  const strings = stringsOf(value).map((text) => text.toLowerCase().replaceAll('[redacted]', '\0'))
  for (const secret of secrets) {
    for (let from = 0; from + PIECE <= secret.length; from++) {
      const piece = secret.slice(from, from + PIECE).toLowerCase()
      const text = strings.find((text) => text.includes(piece))
      if (text !== undefined) return `${piece} of ${secret} in ${text.slice(0, 300)}`
    }
  }
  return undefined
}

function stringsOf(root) {
  const strings = [
    attempt(() => inspect(root, { depth: 10, showHidden: true })),
    attempt(() => JSON.stringify(root)),
    attempt(() => `${root}`),
  ]
  const found = new Set([root])
  for (const value of found) {
    if (found.size > LARGEST) break
    if (COMMON.includes(value)) continue
    if (Object(value) !== value) {
      strings.push(attempt(() => String(value)))
      continue
    }
    const bytes = attempt(() => (ArrayBuffer.isView(value) ? value.buffer : value))
    if (attempt(() => bytes.byteLength) <= LARGEST) strings.push(attempt(() => String.fromCharCode(...new Uint8Array(bytes))))
    const add = (read) => {
      try {
        found.add(read())
      } catch {
        // Unreadable values can't leak.
      }
    }
    // Getters of a class count, but not those of the language itself.
    for (let holder = value; holder && !COMMON.includes(holder); holder = attempt(() => Object.getPrototypeOf(holder))) {
      for (const name of attempt(() => Reflect.ownKeys(holder)) ?? []) {
        found.add(name)
        add(() => value[name])
      }
    }
    for (const inherited of ['name', 'message', 'stack', 'cause', 'reason', 'url', 'headers', 'statusText']) add(() => value[inherited])
    if (attempt(() => typeof value[Symbol.iterator]) === 'function') for (const each of attempt(() => [...value]) ?? []) found.add(each)
  }
  return strings.filter((text) => typeof text === 'string')
}

function attempt(read) {
  try {
    return read()
  } catch {
    return undefined
  }
}
