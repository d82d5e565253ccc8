/** @jest-environment jsdom */
const core = require('incode-core')

test('a page whose only fetch is a mock', async () => {
  globalThis.fetch = jest.fn().mockResolvedValue({ ok: true, json: async () => ({ token: 't' }) })
  const apiURL = 'https://api.example'
  await expect(core.createSession('a-key-of-a-test', { configurationId: 'c', apiURL })).resolves.toEqual({ token: 't' })
  globalThis.fetch = jest.fn().mockResolvedValue({ ok: false, status: 401, json: async () => ({}) })
  const ended = core.createSession('a-key-of-a-test', { configurationId: 'c', apiURL }).catch((error) => error)
  await expect(ended).resolves.toBeInstanceOf(core.IncodeError)
  expect(await ended).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
})
