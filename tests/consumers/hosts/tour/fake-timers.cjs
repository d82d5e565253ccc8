// Tests under fake timers. Those of Jest and Vitest have the same functions, under `jest` and `vi`.

/** Defines the tests in a test runner, for the timers that `options` fakes. Creates sessions with `start`. */
exports.fakeTimers = function fakeTimers({ runner, timers, options, core, start }) {
  const { afterEach, beforeAll, beforeEach, expect, test } = runner
  const { fetch } = globalThis
  const session = { ok: true, json: async () => ({ token: 't' }) }

  beforeAll(() => core.preload()) // loading takes real time
  beforeEach(() => {
    timers.useFakeTimers(options)
  })
  afterEach(() => {
    timers.useRealTimers()
    globalThis.fetch = fetch
  })

  test('end a call at its deadline', async () => {
    globalThis.fetch = () => new Promise(() => {})
    const ended = start().catch(({ code }) => code)
    await timers.advanceTimersByTimeAsync(30_000)
    expect(await ended).toBe('TIMEOUT')
  })

  test('time the wait before a retry', async () => {
    const headers = new Headers({ 'retry-after': '3' })
    const busy = { status: 503, headers, text: async () => '{}' }
    globalThis.fetch = timers.fn().mockResolvedValueOnce(busy).mockResolvedValueOnce(session)
    const token = start().then(
      ({ token }) => token,
      (error) => error,
    )
    await timers.advanceTimersByTimeAsync(2_900)
    expect(globalThis.fetch).toHaveBeenCalledTimes(1)
    await timers.advanceTimersByTimeAsync(200)
    expect(await token).toBe('t')
    expect(globalThis.fetch).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['installed', () => timers.useRealTimers(), () => timers.useFakeTimers(options)],
    ['removed', () => {}, () => timers.useRealTimers()],
  ])('%s in the middle of a call change nothing', async (_, before, during) => {
    before()
    let respond
    const sent = new Promise((done) => {
      globalThis.fetch = () => {
        done()
        return new Promise((resolve) => {
          respond = resolve
        })
      }
    })
    const pending = start()
    await sent
    during()
    respond(session)
    await expect(pending).resolves.toEqual({ token: 't' })
  })

  test('delay no other call by one that they have lost', async () => {
    globalThis.fetch = () => new Promise(() => {})
    start().catch(() => {})
    await Promise.resolve()
    timers.useRealTimers()
    globalThis.fetch = fetch
    await expect(start()).resolves.toHaveProperty('token')
  })
}
