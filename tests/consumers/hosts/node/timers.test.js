// Other clocks than the real one: sinon's, which takes microtasks too, and Node's own.

import assert from 'node:assert/strict'
import { afterEach, before, describe, mock, test } from 'node:test'
import { createSession, preload } from 'incode-core'
import sinon from 'sinon'

const apiURL = `${process.env.INCODE_API_URL}-timers`
const { fetch, setImmediate, setTimeout } = globalThis
const start = () => createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL })

/** What a call comes to; one that a clock has lost must not hold up the test too. */
const outcome = (call) =>
  Promise.race([
    call.then(
      ({ token }) => token,
      ({ code }) => code,
    ),
    new Promise((done) => setTimeout(done, 5_000, 'still pending')),
  ])
const answer = (status, body, headers) => async () => ({ status, headers: new Headers(headers), text: async () => JSON.stringify(body) })
const settled = () => new Promise((done) => setImmediate(done))

const clocks = {
  sinon() {
    const clock = sinon.useFakeTimers({ toNotFake: ['nextTick'] }) // on which the test runner itself stands
    return { tick: (ms) => clock.tickAsync(ms), end: () => clock.restore(), open: () => clock.countTimers() }
  },
  'node:test'() {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
    // It leaves promises to whoever ticks.
    const tick = async (ms) => {
      await settled()
      mock.timers.tick(ms)
      await settled()
    }
    return { tick, end: () => mock.timers.reset(), open: () => 0 }
  },
}

for (const [name, fake] of Object.entries(clocks)) {
  describe(`the clock of ${name}`, () => {
    let clock
    before(() => preload())
    afterEach(() => {
      clock.end()
      globalThis.fetch = fetch
    })

    test('ends a call whose time is over', async () => {
      globalThis.fetch = () => new Promise(() => {})
      clock = fake()
      const ended = outcome(start())
      await clock.tick(30_000)
      assert.equal(await ended, 'TIMEOUT')
      assert.equal(clock.open(), 0)
    })

    test('waits before another attempt', async () => {
      const answers = [answer(503, {}, { 'retry-after': '3' }), answer(200, { token: 't' })]
      let asked = 0
      globalThis.fetch = (...call) => answers[asked++](...call)
      clock = fake()
      const ended = outcome(start())
      await clock.tick(2_900)
      assert.equal(asked, 1)
      await clock.tick(200)
      assert.equal(await ended, 't')
      assert.equal(asked, 2)
      assert.equal(clock.open(), 0)
    })

    test('leaves a call behind that holds up no other', async () => {
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
