// Stacks under an application's own settings for them, and in a context that compiles no WebAssembly.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { buildSync } from 'esbuild'
import * as core from 'incode-core'
import { callers } from './callers.js'
import { firstFrame } from './frames.js'

const { stackTraceLimit, prepareStackTrace } = Error
afterEach(() => {
  Object.assign(Error, { stackTraceLimit, prepareStackTrace })
})

const made = callers(core, process.env.INCODE_API_URL, process.env.INCODE_API_KEY)
const codes = ['INVALID_ARGUMENT', 'NOT_CONFIGURED', 'UNAUTHORIZED', 'SERVER_ERROR', 'NETWORK', 'TIMEOUT']
const errorOf = async (code) => {
  const error = await made[code]().then(assert.fail, (error) => error)
  assert(error instanceof core.IncodeError)
  assert.equal(error.code, code)
  return error
}

test('no frames if Error.stackTraceLimit is 0', async () => {
  Error.stackTraceLimit = 0
  for (const code of codes) {
    const error = await errorOf(code)
    assert.equal(error.stack, `IncodeError: ${error.message}`)
  }
  assert.equal(Error.stackTraceLimit, 0)
})

test('the caller comes first for every Error.stackTraceLimit', async () => {
  for (const limit of [1, 2, 50, Infinity]) {
    Error.stackTraceLimit = limit
    for (const code of codes) {
      const { name, message, stack } = await errorOf(code)
      const frame = firstFrame({ name, message, stack })
      assert(frame.includes('callers.js') && frame.includes(code), `limit ${limit}: ${stack}`)
    }
    assert.equal(Error.stackTraceLimit, limit)
  }
})

test('calls work if Error.stackTraceLimit is missing or not a number', async () => {
  for (const limit of [undefined, 'all', {}]) {
    Error.stackTraceLimit = limit
    for (const code of codes) await errorOf(code)
  }
  delete Error.stackTraceLimit
  for (const code of codes) await errorOf(code)
  assert(!('stackTraceLimit' in Error))
})

/** Returns the stacks under a replaced Error.prepareStackTrace, which no longer applies when they are compared. */
async function prepared(prepareStackTrace) {
  const stacks = []
  for (const code of codes) {
    Error.prepareStackTrace = prepareStackTrace
    const error = await made[code]().catch((error) => error)
    const { message, stack } = error
    Error.prepareStackTrace = undefined
    assert.equal(error.code, code)
    stacks.push({ code, message, stack })
  }
  return stacks
}

test("the application's Error.prepareStackTrace gets the frames of the caller", async () => {
  const stacks = await prepared((_, [frame]) => `prepared ${frame?.getFileName()} ${frame?.getFunctionName()}`)
  for (const { code, stack } of stacks) assert.match(stack, new RegExp(`prepared \\S*callers\\.js .*${code}`))
})

test("the application's Error.prepareStackTrace can print the error", async () => {
  const stacks = await prepared((error, frames) => `${error}\n${frames.map((frame) => `    at ${frame}`).join('\n')}`)
  for (const { code, message, stack } of stacks) {
    assert(stack.startsWith(`IncodeError: ${message}\n`), stack)
    const [frame] = stack.slice(`IncodeError: ${message}\n`.length).split('\n')
    assert(frame.includes('callers.js') && frame.includes(code), stack)
  }
})

test('calls work whatever Error.prepareStackTrace does', async () => {
  const replacements = {
    throws() {
      throw new Error('from prepareStackTrace')
    },
    'returns frames': (_, frames) => frames,
    'returns undefined': () => undefined,
    'is not a function': 5,
  }
  const answers = {
    fulfilled: async () => ({ status: 200, json: async () => ({ token: 'a-token' }) }),
    CLIENT_ERROR: async () => ({ status: 404, json: async () => ({}) }),
    NETWORK: () => Promise.reject(new TypeError('offline')),
    TIMEOUT: () => new Promise(() => {}),
    INVALID_ARGUMENT: 'not a function',
  }
  for (const [name, replacement] of Object.entries(replacements)) {
    for (const [expected, fetch] of Object.entries(answers)) {
      Error.prepareStackTrace = replacement
      const outcome = await core.createSession('a-key', { apiURL: 'https://api.example', configurationId: 'c', timeout: 50, fetch }).then(
        () => 'fulfilled',
        ({ code }) => code,
      )
      Error.prepareStackTrace = undefined
      assert.equal(outcome, expected, name)
    }
  }
})

test('MODULE_LOAD leads back to the caller in a context that compiles no WebAssembly', async () => {
  const entry = { contents: "export * as core from 'incode-core'; export { loaders } from './callers.js'", resolveDir: import.meta.dirname }
  const { outputFiles } = buildSync({ stdin: entry, bundle: true, format: 'iife', globalName: 'app', write: false })
  const globals = { fetch, URL, AbortController, AbortSignal, TextDecoder, TextEncoder, setTimeout, clearTimeout, performance, console }
  const context = createContext(globals, { codeGeneration: { strings: true, wasm: false } })
  runInContext(outputFiles[0].text, context, { filename: 'application.js' })
  const { core, loaders } = runInContext('app', context)
  for (const [name, run] of Object.entries(loaders(core, process.env.INCODE_API_URL, process.env.INCODE_API_KEY))) {
    const error = await run().then(assert.fail, (error) => error)
    assert.equal(error.code, 'MODULE_LOAD', error.message)
    const frame = firstFrame(error)
    assert(frame.includes('application.js') && frame.includes(name), error.stack)
  }
})
