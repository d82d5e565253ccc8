import { afterEach, expect, mock, test } from 'bun:test'
import { createSession } from 'incode-core'

const { fetch } = globalThis
afterEach(() => {
  globalThis.fetch = fetch
})

test('a mocked fetch', async () => {
  globalThis.fetch = mock(async () => ({ ok: true, json: async () => ({ token: 't' }) }))
  expect(await createSession('a-key', { configurationId: 'c', apiURL: 'https://api.example' })).toEqual({ token: 't' })
  expect(globalThis.fetch).toHaveBeenCalledTimes(1)
})
