const core = require('incode-core')
const session = require('incode-core/session')
const { tour } = require('./tour.cjs')

test('a session over the network', () => tour(core, `${process.env.INCODE_API_URL}-node`), 20_000)

test('both entries are one module', () => {
  expect(session.setup).toBe(core.setup)
  expect(session.IncodeError).toBe(core.IncodeError)
})

test('an export can be spied on', async () => {
  const spy = jest.spyOn(core, 'createSession').mockResolvedValue({ token: 't' })
  await expect(core.createSession('a-key-of-a-test', {})).resolves.toEqual({ token: 't' })
  spy.mockRestore()
  await expect(core.createSession('a-key-of-a-test', {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

describe('a mocked fetch', () => {
  const { fetch } = globalThis
  const ask = () => core.createSession('a-key-of-a-test', { configurationId: 'c', apiURL: 'https://api.example' })
  afterEach(() => {
    globalThis.fetch = fetch
  })

  test.each([
    ['ok and json', { ok: true, json: async () => ({ token: 't' }) }],
    ['ok, status and json', { ok: true, status: 200, json: () => Promise.resolve({ token: 't' }) }],
    ['status and json', { status: 200, json: () => ({ token: 't' }) }],
    ['status and text', { status: 200, text: async () => '{"token":"t"}' }],
    ['ok, text and headers', { ok: true, text: async () => '{"token":"t"}', headers: new Headers() }],
    ['headers in a Map', { ok: true, status: 200, json: async () => ({ token: 't' }), headers: new Map() }],
    ['headers in an object', { ok: true, status: 200, json: async () => ({ token: 't' }), headers: {} }],
    ['body used', { ok: true, status: 200, body: null, bodyUsed: false, json: async () => ({ token: 't' }) }],
    ['a Response', new Response('{"token":"t"}')],
  ])('responds with %s', async (_, response) => {
    globalThis.fetch = jest.fn().mockResolvedValue(response)
    await expect(ask()).resolves.toEqual({ token: 't' })
    expect(fetch).not.toBe(globalThis.fetch)
    expect(globalThis.fetch).toHaveBeenCalledTimes(1)
  })

  test('as the option of a call', async () => {
    const option = jest.fn().mockResolvedValue({ ok: true, json: async () => ({ token: 't' }) })
    globalThis.fetch = jest.fn()
    const options = { configurationId: 'c', apiURL: 'https://api.example', fetch: option }
    await expect(core.createSession('a-key-of-a-test', options)).resolves.toEqual({ token: 't' })
    expect(option).toHaveBeenCalledTimes(1)
    expect(option).toHaveBeenCalledWith('https://api.example/omni/start', expect.objectContaining({ method: 'POST' }))
    expect(option.mock.calls[0][1].headers).toMatchObject({ 'x-api-key': 'a-key-of-a-test' })
    expect(globalThis.fetch).not.toHaveBeenCalled()
  })

  test('responds with an error', async () => {
    globalThis.fetch = jest.fn().mockResolvedValue({ ok: false, status: 403, json: async () => ({ message: 'not yours' }) })
    const error = await ask().catch((error) => error)
    expect(error).toBeInstanceOf(core.IncodeError)
    expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403, attempts: 1, api: { message: 'not yours' } })
  })

  test('rejects', async () => {
    globalThis.fetch = jest.fn().mockRejectedValue(new TypeError('Failed to fetch'))
    await expect(ask()).rejects.toMatchObject({ name: 'IncodeError', code: 'NETWORK', attempts: 1 })
  })
})
