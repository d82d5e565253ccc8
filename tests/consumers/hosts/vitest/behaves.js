import * as core from 'incode-core'
import * as runner from 'vitest'
import { fakeTimers } from './fake-timers.cjs'
import { tour } from './tour.cjs'

const { describe, expect, test, vi } = runner

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
    fakeTimers({ runner, timers: vi, options, core, start })
  })
}
