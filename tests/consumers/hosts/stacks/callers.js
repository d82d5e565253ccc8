// The application: each function makes one call that fails with its code.
const TOKEN = 'token-of-a-visitor'
/** A JWT whose `exp` has passed. */
const EXPIRED = 'eyJhbGciOiJub25lIn0.eyJleHAiOjF9.c2lnbmF0dXJl'

export const callers = ({ createSession, getFinishStatus, initializeSession, setup }, api, apiKey) => ({
  async INVALID_ARGUMENT() {
    await createSession(apiKey, { apiURL: api, configurationId: 'approved', timeout: 'soon' })
  },
  async NOT_CONFIGURED() {
    await initializeSession()
  },
  async UNSUPPORTED() {
    await setup({ apiURL: api, encryption: true })
  },
  async UNAUTHORIZED() {
    await getFinishStatus(null, { apiURL: `${api}/fault/status-401`, token: TOKEN })
  },
  async FORBIDDEN() {
    await getFinishStatus(null, { apiURL: `${api}/fault/status-403`, token: TOKEN })
  },
  async SESSION_EXPIRED() {
    await getFinishStatus(null, { apiURL: `${api}/fault/status-401`, token: EXPIRED })
  },
  async RATE_LIMITED() {
    await createSession(apiKey, { apiURL: `${api}/fault/status-429`, configurationId: 'approved', retries: 0 })
  },
  async CLIENT_ERROR() {
    await createSession(apiKey, { apiURL: `${api}/fault/status-404`, configurationId: 'approved' })
  },
  async SERVER_ERROR() {
    await getFinishStatus('flow', { apiURL: `${api}/fault/status-503-retry-after-0`, token: TOKEN, retries: 1 })
  },
  async NETWORK() {
    await createSession(apiKey, { apiURL: `${api}/fault/close`, configurationId: 'approved' })
  },
  async TIMEOUT() {
    await createSession(apiKey, { apiURL: `${api}/fault/hang`, configurationId: 'approved', timeout: 100 })
  },
  async INVALID_RESPONSE() {
    await createSession(apiKey, { apiURL: `${api}/fault/no-token`, configurationId: 'approved' })
  },
})

/** Calls of a build that panics if the API key or the new token asks for it. */
export const panickers = ({ createSession }, api) => ({
  async panicBeforeRequest() {
    await createSession('provoke-panic-at-once', { apiURL: api, configurationId: 'approved', timeout: 1_000 })
  },
  async panicAfterResponse() {
    const fetch = async () => ({ status: 200, json: async () => ({ token: 'provoke-panic' }) })
    await createSession('a-key', { apiURL: api, configurationId: 'approved', timeout: 1_000, fetch })
  },
})

export const loaders = ({ createSession, preload, setup }, api, apiKey) => ({
  async createSessionWithoutModule() {
    await createSession(apiKey, { apiURL: api, configurationId: 'approved' })
  },
  async setupWithoutModule() {
    await setup({ apiURL: api })
  },
  async preloadWithoutModule() {
    await preload()
  },
})

/** Puts code between the caller and its user: a chain of async functions, and a promise that is awaited later. */
export async function later(call) {
  const pending = call()
  pending.catch(() => {})
  await new Promise((done) => setTimeout(done))
  return pending
}
