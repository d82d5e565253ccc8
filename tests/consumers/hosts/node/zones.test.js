// Angular's zones replace promises and timers.
import 'zone.js/node'
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { createSession } from 'incode-core'

const { fetch } = globalThis
const start = (signal) =>
  createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL: `${process.env.INCODE_API_URL}-zones`, signal })
const zone = (name) => Zone.current.fork({ name })

afterEach(() => {
  globalThis.fetch = fetch
})

test('each attempt runs in the zone of its own call', async () => {
  const seen = []
  globalThis.fetch = async (...call) => {
    seen.push(Zone.current.name)
    return seen.length > 2 ? fetch(...call) : new Response('{}', { status: 503, headers: { 'retry-after': '0' } })
  }
  const calls = ['one', 'other'].map((name) => zone(name).run(() => start()))
  for (const { token } of await Promise.all(calls)) assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/)
  assert.deepEqual(seen.sort(), ['one', 'one', 'other', 'other'])
})

test('a zone is stable after its call has ended, by a response or an abort', async () => {
  for (const end of ['response', 'abort']) {
    let onHasTask
    const stable = new Promise((resolve) => {
      onHasTask = (_parent, _current, _target, { macroTask, microTask }) => macroTask || microTask || resolve()
    })
    const controller = new AbortController()
    if (end === 'abort') globalThis.fetch = () => new Promise(() => {})
    const call = Zone.current.fork({ name: end, onHasTask }).run(() => start(controller.signal))
    if (end === 'abort') controller.abort()
    await call.catch(({ name }) => assert.equal(name, 'AbortError'))
    await stable
  }
})

test('zones that share a signal are each stable after its abort', async () => {
  globalThis.fetch = () => new Promise(() => {})
  const controller = new AbortController()
  const zones = ['one', 'other'].map((name) => {
    let onHasTask
    const stable = new Promise((resolve) => {
      onHasTask = (_parent, _current, _target, { macroTask, microTask }) => macroTask || microTask || resolve()
    })
    const call = Zone.current.fork({ name, onHasTask }).run(() => start(controller.signal))
    return { reason: call.catch((reason) => reason), stable }
  })
  controller.abort('enough')
  for (const { reason, stable } of zones) {
    assert.equal(await reason, 'enough')
    await stable
  }
})
