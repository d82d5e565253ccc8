const core = require('incode-core')

const apiURL = `${process.env.INCODE_API_URL}-timers`
const { fetch } = globalThis
const start = (options) => core.createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL, ...options })
const busy = () => new Response('{}', { status: 503, headers: { 'retry-after': '3' } })

beforeAll(() => core.preload()) // loading takes real time
beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
  globalThis.fetch = fetch
})

test('a call ends without a timer, as fetch does', async () => {
  expect((await fetch(apiURL)).status).toBe(200)
  await expect(start()).resolves.toHaveProperty('token')
})

test('fake time ends a call at its deadline', async () => {
  globalThis.fetch = () => new Promise(() => {})
  const ended = start().catch(({ code }) => code)
  await jest.advanceTimersByTimeAsync(30_000)
  expect(await ended).toBe('TIMEOUT')
})

test('fake time ends the wait before a retry', async () => {
  globalThis.fetch = jest.fn().mockResolvedValueOnce(busy()).mockResolvedValueOnce(new Response('{"token":"t"}'))
  const session = start().then(
    ({ token }) => token,
    (error) => error,
  )
  await jest.advanceTimersByTimeAsync(2_900)
  expect(globalThis.fetch).toHaveBeenCalledTimes(1)
  await jest.advanceTimersByTimeAsync(200)
  expect(await session).toBe('t')
  expect(globalThis.fetch).toHaveBeenCalledTimes(2)
})

test.each([
  ['installed', () => jest.useRealTimers(), () => jest.useFakeTimers()],
  ['removed', () => jest.useFakeTimers(), () => jest.useRealTimers()],
])('fake timers that are %s in the middle of a call change nothing', async (_, before, during) => {
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
  const session = start()
  await sent
  during()
  respond(new Response('{"token":"t"}'))
  await expect(session).resolves.toEqual({ token: 't' })
})

test('a call that fake timers have lost delays no other', async () => {
  globalThis.fetch = () => new Promise(() => {})
  start().catch(() => {})
  await Promise.resolve()
  jest.useRealTimers()
  globalThis.fetch = fetch
  await expect(start()).resolves.toHaveProperty('token')
})

test('30 concurrent calls under one signal', async () => {
  const { signal } = new AbortController()
  const sessions = await Promise.all(Array.from({ length: 30 }, () => start({ signal })))
  expect(new Set(sessions.map(({ token }) => token)).size).toBe(30)
})
