const core = require('incode-core')

const apiURL = `${process.env.INCODE_API_URL}-timers`
const { fetch } = globalThis
const start = (options) => core.createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL, ...options })
const busy = () => new Response('{}', { status: 503, headers: { 'retry-after': '3' } })

beforeAll(() => core.preload()) // which takes real time
beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
  globalThis.fetch = fetch
})

test('a call needs no timer to end, as little as fetch', async () => {
  expect((await fetch(apiURL)).status).toBe(200)
  await expect(start()).resolves.toHaveProperty('token')
})

test('the deadline is a timer', async () => {
  globalThis.fetch = () => new Promise(() => {})
  const ended = start().catch(({ code }) => code)
  await jest.advanceTimersByTimeAsync(30_000)
  expect(await ended).toBe('TIMEOUT')
})

test('the wait before another attempt is a timer', async () => {
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

test('a call that the fake timers leave behind holds up no other', async () => {
  globalThis.fetch = () => new Promise(() => {})
  start().catch(() => {})
  await Promise.resolve()
  jest.useRealTimers()
  globalThis.fetch = fetch
  await expect(start()).resolves.toHaveProperty('token')
})

test('many calls at once under one signal', async () => {
  const { signal } = new AbortController()
  const sessions = await Promise.all(Array.from({ length: 30 }, () => start({ signal })))
  expect(new Set(sessions.map(({ token }) => token)).size).toBe(30)
})
