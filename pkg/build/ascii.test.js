import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { decode, encode } from './ascii.js'

/** Every byte value after every other. */
const pairs = Uint8Array.from({ length: 2 * 256 * 256 }, (_, index) => (index % 2 ? (index >> 1) & 255 : index >> 9))

const inputs = [
  new Uint8Array(),
  Uint8Array.of(0),
  Uint8Array.of(255),
  pairs,
  ...Array.from({ length: 200 }, (_, size) => randomBytes(size)),
]

test('returns the same bytes', () => {
  for (const bytes of inputs) assert.deepEqual(Buffer.from(decode(encode(bytes), bytes.length)), Buffer.from(bytes))
})

test('writes printable ASCII without a character that quotes, templates or HTML give a meaning', () => {
  for (const bytes of inputs) assert.match(encode(bytes), /^[ -~]*$/)
  for (const bytes of inputs) assert.doesNotMatch(encode(bytes), /['\\$`{<%#]/)
})

test('writes at most two characters for a byte, and one for each of 85 values', () => {
  const lengths = Array.from({ length: 256 }, (_, byte) => encode([byte]).length)
  assert.deepEqual(new Set(lengths), new Set([1, 2]))
  assert.equal(lengths.filter((length) => length === 1).length, 85)
})
