// Errors in logs: name, message, code and the caller's place arrive, credentials do not.
import assert from 'node:assert/strict'
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { createStackParser, exceptionFromError } from '@sentry/core'
import { nodeStackLineParser } from '@sentry/core/server'
import { IncodeError } from 'incode-core'
import pino from 'pino'
import { openSession, readResult } from './checkout.js'

const API_KEY = 'key-Zx81kfQw92uvB7yT4n'
const TOKEN = 'tok-5gHq2LmW8rNd3VcX6p'
const api = (path) => process.env.INCODE_API_URL + path
const reason = (call) => call.then(assert.fail, (error) => error)

/** Returns an error that contains the call's credential in every part: message, fields, bytes and a cause that leads back to it. */
function leaky(credential, init) {
  const cause = Object.assign(new Error(`sent ${credential}`), { code: 'ECONNRESET', config: init, request: { init } })
  const bytes = new TextEncoder().encode(credential)
  cause.cause = Object.assign(new TypeError(`inner ${credential}`), { bytes, buffer: bytes.buffer, cause })
  return cause
}
const failing = (credential) => (_, init) => Promise.reject(leaky(credential, init))

const made = {
  'a response that echoes the credentials': () => reason(readResult(TOKEN, { apiURL: api('/fault/echo-401') })),
  'an error body that echoes the key': () => reason(openSession(API_KEY, { apiURL: api('/fault/echo-400') })),
  'a rejection with a circular cause': () => reason(openSession(API_KEY, { apiURL: api(''), fetch: failing(API_KEY) })),
  'a rejection that holds the token': () => reason(readResult(TOKEN, { apiURL: api(''), fetch: failing(TOKEN) })),
  'a rejected argument': () => reason(openSession(API_KEY, { apiURL: api(''), timeout: 0 })),
  'a timeout': () => reason(readResult(TOKEN, { apiURL: api('/fault/hang'), timeout: 50 })),
}

const parse = createStackParser(nodeStackLineParser())

/** Each writes an error; each returns what was written. */
const outputs = {
  'pino, log.error(error)': (error) => logged((log) => log.error(error)),
  'pino, { err }': (error) => logged((log) => log.error({ err: error }, 'failed')),
  'console.error': (error) => printed((console) => console.error(error)),
  'console.error after a label': (error) => printed((console) => console.error('failed:', error)),
  'util.inspect': (error) => inspect(error, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  'exceptionFromError of Sentry': (error) => JSON.stringify(exceptionFromError(parse, error)),
}

function logged(write) {
  const stream = collector()
  write(pino({ base: null }, stream))
  return stream.text()
}

function printed(write) {
  const stream = collector()
  write(new Console({ stdout: stream, stderr: stream }))
  return stream.text()
}

function collector() {
  const chunks = []
  const stream = new Writable({ write: (chunk, _, done) => done(void chunks.push(chunk)) })
  return Object.assign(stream, { text: () => chunks.join('') })
}

/** Asserts that the output has no eight characters in a row of either credential, in any case, and no bytes of it printed as numbers. */
function hasNoCredential(text, name) {
  const low = text.toLowerCase()
  for (const secret of [API_KEY, TOKEN]) {
    for (let at = 0; at + 8 <= secret.length; at += 1) {
      const piece = secret.slice(at, at + 8).toLowerCase()
      assert(!low.includes(piece), `${name} contains ${piece}:\n${text}`)
    }
    const bytes = Buffer.from(secret).subarray(4, 12)
    for (const separator of [',', ', ']) assert(!low.includes(bytes.join(separator)), `${name} contains bytes:\n${text}`)
    assert(!low.includes(bytes.toString('hex')), `${name} contains hex:\n${text}`)
  }
}

for (const [kind, make] of Object.entries(made)) {
  describe(kind, () => {
    let error
    before(async () => {
      error = await make()
      assert(error instanceof IncodeError, inspect(error))
    })

    for (const [name, write] of Object.entries(outputs)) {
      test(`${name}: name, message, code and caller, no credential`, () => {
        const text = write(error)
        hasNoCredential(text, name)
        assert.match(text, /IncodeError/)
        assert(text.includes(JSON.stringify(error.message).slice(1, -1)) || text.includes(error.message), text)
        if (!name.startsWith('exceptionFromError')) assert.match(text, new RegExp(`\\b${error.code}\\b`))
        assert.match(text, /checkout\.js/)
      })
    }

    test('pino, { error }: the JSON shape', () => {
      const { error: written } = JSON.parse(logged((log) => log.error({ error })))
      assert.deepEqual(written, shape(error))
      hasNoCredential(JSON.stringify(written), 'pino')
    })

    test('JSON has the documented shape and makes the same error again', () => {
      const json = JSON.stringify(error)
      assert.deepEqual(JSON.parse(json), shape(error))
      const again = new IncodeError(JSON.parse(json))
      assert(again instanceof IncodeError && again instanceof Error)
      assert.equal(JSON.stringify(again), json)
      for (const [name, value] of Object.entries(shape(error))) assert.deepEqual(again[name], value, name)
      assert.deepEqual(Object.keys(again).sort(), Object.keys(error).sort())
    })

    test('cause is hidden from enumeration', () => {
      assert(!Object.keys(error).includes('cause'))
      assert.equal(Object.getOwnPropertyDescriptor(error, 'cause')?.enumerable ?? false, false)
    })
  })
}

function shape(error) {
  const { name, code, message, status, api, retryAfter, attempts } = error
  assert.equal(typeof message, 'string')
  return JSON.parse(JSON.stringify({ name, code, message, status, api, retryAfter, attempts }))
}

test('a cause is logged as a copy: name, message and code', async () => {
  const { cause } = await made['a rejection with a circular cause']()
  assert.deepEqual([cause.name, cause.code], ['Error', 'ECONNRESET'])
  assert.match(cause.message, /^sent /)
  assert(!('config' in cause) && !('request' in cause))
})

test('pino and inspect show the cause', async () => {
  const error = await made['a rejection with a circular cause']()
  for (const name of ['pino, { err }', 'console.error', 'util.inspect']) assert.match(outputs[name](error), /ECONNRESET|sent /, name)
})

test('Sentry groups by caller: the innermost frame is the function that made the call', async () => {
  const innermost = async (call) => {
    const { type, value, stacktrace } = exceptionFromError(parse, await reason(call))
    assert.equal(type, 'IncodeError')
    assert(value)
    const frames = stacktrace.frames.filter(({ filename }) => !/incode-core|^wasm:|^node:/.test(filename))
    return [stacktrace.frames.at(-1), frames.at(-1)].map((frame) => [frame?.filename?.replace(/.*\//, ''), frame?.function])
  }
  assert.deepEqual(
    await innermost(openSession(API_KEY, { apiURL: api('/fault/status-500') })),
    Array(2).fill(['checkout.js', 'openSession']),
  )
  assert.deepEqual(await innermost(readResult(TOKEN, { apiURL: api('/fault/status-401') })), Array(2).fill(['checkout.js', 'readResult']))
})
