import * as core from 'incode-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { tour } from './tour.cjs'

/** Tests that pass in every environment. */
export function behaves(environment) {
  const apiURL = `${process.env.INCODE_API_URL}-${environment}`
  const start = (options) => core.createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL, ...options })

  test('a session over the network', () => tour(core, apiURL), 20_000)

  test('a mocked fetch', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => ({ ok: true, json: async () => ({ token: 't' }) })),
    )
    await expect(start()).resolves.toEqual({ token: 't' })
    expect(fetch).toHaveBeenCalledOnce()
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => ({ ok: false, status: 500, text: async () => '<html>' })),
    )
    await expect(start()).rejects.toMatchObject({ name: 'IncodeError', code: 'SERVER_ERROR', status: 500 })
    vi.unstubAllGlobals()
  })

  test('a mocked fetch as an option', async () => {
    const option = vi.fn(async () => ({ ok: true, json: async () => ({ token: 't' }) }))
    vi.stubGlobal('fetch', vi.fn())
    await expect(start({ fetch: option })).resolves.toEqual({ token: 't' })
    expect(option).toHaveBeenCalledExactlyOnceWith(`${apiURL}/omni/start`, expect.objectContaining({ method: 'POST' }))
    expect(fetch).not.toHaveBeenCalled()
    vi.unstubAllGlobals()
  })

  describe.each([
    ['by default', undefined],
    ['with microtasks', { toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance', 'queueMicrotask'] }],
  ])('fake timers %s', (_, options) => {
    beforeAll(() => core.preload()) // loading takes real time
    beforeEach(() => {
      vi.useFakeTimers(options)
    })
    afterEach(() => {
      vi.useRealTimers()
      vi.unstubAllGlobals()
    })

    test('end a call at its deadline', async () => {
      vi.stubGlobal('fetch', () => new Promise(() => {}))
      const ended = start().catch(({ code }) => code)
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await ended).toBe('TIMEOUT')
    })

    test('time the wait before a retry', async () => {
      const headers = new Headers({ 'retry-after': '3' })
      const busy = { status: 503, headers, text: async () => '{}' }
      vi.stubGlobal(
        'fetch',
        vi
          .fn()
          .mockResolvedValueOnce(busy)
          .mockResolvedValueOnce({ ok: true, json: async () => ({ token: 't' }) }),
      )
      const session = start().then(
        ({ token }) => token,
        (error) => error,
      )
      await vi.advanceTimersByTimeAsync(2_900)
      expect(fetch).toHaveBeenCalledOnce()
      await vi.advanceTimersByTimeAsync(200)
      expect(await session).toBe('t')
    })

    test.each([
      ['installed', () => vi.useRealTimers(), () => vi.useFakeTimers(options)],
      ['removed', () => {}, () => vi.useRealTimers()],
    ])('%s in the middle of a call change nothing', async (_, before, during) => {
      before()
      let respond
      const sent = new Promise((done) => {
        vi.stubGlobal('fetch', () => {
          done()
          return new Promise((resolve) => {
            respond = resolve
          })
        })
      })
      const session = start()
      await sent
      during()
      respond({ ok: true, json: async () => ({ token: 't' }) })
      await expect(session).resolves.toEqual({ token: 't' })
    })

    test('delay no other call by one that they have lost', async () => {
      vi.stubGlobal('fetch', () => new Promise(() => {}))
      start().catch(() => {})
      await Promise.resolve()
      vi.useRealTimers()
      vi.unstubAllGlobals()
      await expect(start()).resolves.toHaveProperty('token')
    })
  })
}
