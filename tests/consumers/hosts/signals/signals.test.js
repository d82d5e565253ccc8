// The caller's own signals: kept while a call needs them, released when it has ended.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { afterEach, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import * as core from 'incode-core'

const { gc } = globalThis
assert(gc, 'run with --expose-gc')
const apiURL = process.env.INCODE_API_URL
const apiKey = process.env.INCODE_API_KEY
const token = 'token-of-a-visitor'
const { fetch } = globalThis
afterEach(() => {
  globalThis.fetch = fetch
})

const warnings = []
process.on('warning', (warning) => warnings.push(String(warning)))

const listeners = (signal) => getEventListeners(signal, 'abort').length
const reasonOf = (call) =>
  call.then(
    () => assert.fail('the call was fulfilled'),
    (reason) => reason,
  )

test('an inline AbortSignal.timeout() ends a call while garbage is collected', async () => {
  const collecting = setInterval(gc, 10)
  const hanging = { apiURL: `${apiURL}/fault/hang`, timeout: 6_000 }
  const fresh = await import(`${import.meta.resolve('incode-core')}?fresh`)
  const calls = [
    fresh.createSession(apiKey, { ...hanging, configurationId: 'approved', signal: AbortSignal.timeout(1_000) }),
    fresh.getFinishStatus(null, { ...hanging, token, signal: AbortSignal.timeout(1_000) }),
  ]
  await core.preload()
  calls.push(
    core.createSession(apiKey, { ...hanging, configurationId: 'approved', signal: AbortSignal.timeout(1_000) }),
    core.getFinishStatus(null, { ...hanging, token, signal: AbortSignal.timeout(1_000) }),
  )
  const reasons = await Promise.all(calls.map(reasonOf))
  clearInterval(collecting)
  assert.deepEqual(
    reasons.map(({ name, code }) => [name, code]),
    reasons.map(() => ['TimeoutError', DOMException.TIMEOUT_ERR]),
  )
})

test('30 concurrent calls under one signal cause no warning', async () => {
  const { signal } = new AbortController()
  const session = () => core.createSession(apiKey, { configurationId: 'approved', apiURL, signal })
  const sessions = await Promise.all(Array.from({ length: 30 }, session))
  assert.equal(new Set(sessions.map(({ token }) => token)).size, 30)
  assert.equal(listeners(signal), 0)
  await turn()
  assert.deepEqual(warnings, [])
})

test('calls that share a signal share one listener, and an abort ends each with its reason', async () => {
  for (const reason of [new Error('the server shuts down'), 'enough', null]) {
    const controller = new AbortController()
    const { signal } = controller
    const calls = Array.from({ length: 30 }, () => core.getFinishStatus(null, { apiURL: `${apiURL}/fault/hang`, token, signal }))
    await turn()
    assert.equal(listeners(signal), 1)
    controller.abort(reason)
    for (const call of calls) assert.equal(await reasonOf(call), reason)
    assert.equal(listeners(signal), 0)
  }
})

test('20,000 calls on a long-lived signal leave no listener and the heap flat', async () => {
  const { signal } = new AbortController()
  const outcomes = [() => ({ ok: true, json: async () => ({ token }) }), () => ({ ok: false, status: 404, json: async () => ({}) })]
  let sent = 0
  globalThis.fetch = async () => outcomes[sent++ % outcomes.length]()
  const call = () => core.createSession(apiKey, { configurationId: 'c', apiURL, signal }).catch(({ code }) => code)
  const many = async (number) => {
    for (let done = 0; done < number; done += 20) await Promise.all(Array.from({ length: 20 }, call))
  }
  const used = async () => {
    for (let round = 0; round < 3; round++) {
      await turn()
      gc()
    }
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  await many(2_000)
  const before = await used()
  await many(20_000)
  const grown = (await used()) - before
  assert.equal(sent, 22_000)
  assert.equal(listeners(signal), 0)
  assert(grown < 3, `the heap grew by ${grown.toFixed(1)} MB`)
})
