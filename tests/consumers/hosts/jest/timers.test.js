const core = require('incode-core')
const { fakeTimers } = require('./fake-timers.cjs')

const apiURL = `${process.env.INCODE_API_URL}-timers`
const start = (options) => core.createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL, ...options })

describe('fake timers', () => {
  fakeTimers({ runner: globalThis, timers: jest, core, start })

  test('end no call that succeeds, as with fetch', async () => {
    expect((await fetch(apiURL)).status).toBe(200)
    await expect(start()).resolves.toHaveProperty('token')
  })

  test('allow 30 concurrent calls under one signal', async () => {
    const { signal } = new AbortController()
    const sessions = await Promise.all(Array.from({ length: 30 }, () => start({ signal })))
    expect(new Set(sessions.map(({ token }) => token)).size).toBe(30)
  })
})
