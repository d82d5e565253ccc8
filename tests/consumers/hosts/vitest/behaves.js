import * as core from 'incode-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { tour } from './tour.cjs'

/** What holds in every environment. */
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

  describe.each([
    ['by default', undefined],
    ['with microtasks', { toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance', 'queueMicrotask'] }],
  ])('fake timers %s', (_, options) => {
    beforeAll(() => core.preload()) // which takes real time
    beforeEach(() => {
      vi.useFakeTimers(options)
    })
    afterEach(() => {
      vi.useRealTimers()
      vi.unstubAllGlobals()
    })

    test('end a call whose time is over', async () => {
      vi.stubGlobal('fetch', () => new Promise(() => {}))
      const ended = start().catch(({ code }) => code)
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await ended).toBe('TIMEOUT')
    })

    test('wait before another attempt', async () => {
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

    test('leave a call behind that holds up no other', async () => {
      vi.stubGlobal('fetch', () => new Promise(() => {}))
      start().catch(() => {})
      await Promise.resolve()
      vi.useRealTimers()
      vi.unstubAllGlobals()
      await expect(start()).resolves.toHaveProperty('token')
    })
  })
}
