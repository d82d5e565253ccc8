// Fake clocks: sinon's, which replaces microtasks too, and Node's own.

import assert from 'node:assert/strict'
import { afterEach, before, describe, mock, test } from 'node:test'
import { createSession, preload } from 'incode-core'
import sinon from 'sinon'

const apiURL = `${process.env.INCODE_API_URL}-timers`
const { clearTimeout, fetch, setImmediate, setTimeout } = globalThis
const start = (options) => createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL, ...options })

/** Resolves with the token or the error code; with 'still pending' for a call that a fake clock has lost. */
function outcome(call) {
  let timer
  const lost = new Promise((done) => {
    timer = setTimeout(done, 5_000, 'still pending')
  })
  const ended = call.then(
    ({ token }) => token,
    ({ code }) => code,
  )
  return Promise.race([ended, lost]).finally(() => clearTimeout(timer))
}

/** Returns the number of timers of the real clock that keep the process alive. */
const realTimers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
const reply = (status, body, headers) => async () => ({ status, headers: new Headers(headers), text: async () => JSON.stringify(body) })

/** Replaces fetch: the first request waits for `respond`, later ones get `next`. */
function pending(next) {
  let respond
  const first = new Promise((resolve) => {
    respond = (response) => resolve(response())
  })
  const sent = new Promise((done) => {
    let count = 0
    globalThis.fetch = () => {
      count += 1
      if (count > 1) return next()
      done()
      return first
    }
  })
  return { sent, respond }
}

const settled = () => new Promise((done) => setImmediate(done))

const clocks = {
  sinon() {
    const clock = sinon.useFakeTimers({ toNotFake: ['nextTick'] }) // the test runner needs it
    return { tick: (ms) => clock.tickAsync(ms), end: () => clock.restore(), open: () => clock.countTimers() }
  },
  'node:test'() {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
    // Promises settle between ticks only if the caller waits for them.
    const tick = async (ms) => {
      await settled()
      mock.timers.tick(ms)
      await settled()
    }
    return { tick, end: () => mock.timers.reset(), open: () => 0 }
  },
}

for (const [name, fake] of Object.entries(clocks)) {
  describe(`fake clock of ${name}`, () => {
    let clock
    before(() => preload())
    afterEach(() => {
      clock.end()
      globalThis.fetch = fetch
    })

    test('ends a call at its deadline', async () => {
      globalThis.fetch = () => new Promise(() => {})
      clock = fake()
      const ended = outcome(start())
      await clock.tick(30_000)
      assert.equal(await ended, 'TIMEOUT')
      assert.equal(clock.open(), 0)
    })

    test('times the wait before a retry', async () => {
      const replies = [reply(503, {}, { 'retry-after': '3' }), reply(200, { token: 't' })]
      let sent = 0
      globalThis.fetch = (...call) => replies[sent++](...call)
      clock = fake()
      const ended = outcome(start())
      await clock.tick(2_900)
      assert.equal(sent, 1)
      await clock.tick(200)
      assert.equal(await ended, 't')
      assert.equal(sent, 2)
      assert.equal(clock.open(), 0)
    })

    test('replaced in the middle of a call: the response arrives, and no timer is left', async () => {
      const before = realTimers()
      const { sent, respond } = pending()
      const ended = outcome(start())
      await sent
      clock = fake()
      respond(reply(200, { token: 't' }))
      assert.equal(await ended, 't')
      clock.end()
      assert.equal(realTimers(), before)
    })

    test('replaced in the middle of a call: the call is retried', async () => {
      const { sent, respond } = pending(reply(200, { token: 't' }))
      const ended = outcome(start())
      await sent
      clock = fake()
      respond(reply(503, {}, { 'retry-after': '1' }))
      await settled()
      await clock.tick(1_000)
      assert.equal(await ended, 't')
    })

    test('replaced in the middle of a call: the deadline of the real clock ends it', async () => {
      const { sent } = pending()
      const ended = outcome(start({ timeout: 100 }))
      await sent
      clock = fake()
      assert.equal(await ended, 'TIMEOUT')
    })

    test('restored in the middle of a call: the response arrives', async () => {
      clock = fake()
      const { sent, respond } = pending()
      const ended = outcome(start())
      await sent
      clock.end()
      respond(reply(200, { token: 't' }))
      assert.equal(await ended, 't')
    })

    test('restored in the middle of a call: the call is retried', async () => {
      clock = fake()
      const { sent, respond } = pending(reply(200, { token: 't' }))
      const ended = outcome(start())
      await sent
      clock.end()
      respond(reply(503, {}, { 'retry-after': '0' }))
      assert.equal(await ended, 't')
    })

    test('a call whose clock is gone delays no other', async () => {
      globalThis.fetch = () => new Promise(() => {})
      clock = fake()
      start().catch(() => {})
      await Promise.resolve()
      clock.end()
      globalThis.fetch = fetch
      assert.match(await outcome(start()), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    })
  })
}
