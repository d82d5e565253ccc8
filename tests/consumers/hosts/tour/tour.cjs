// Calls of every kind against the sandbox, with the `fetch` of the runtime. CommonJS, because Jest loads nothing else by default.

const steps = {
  'completes a session': async ({ core, api, key, expect }) => {
    const { token } = await core.createSession(key, { configurationId: 'approved', apiURL: api('') })
    await core.setup({ apiURL: api(''), token })
    expect((await core.getFinishStatus()).action, 'none')
    const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
    for (const step of ['add/face', 'process/face']) {
      expect((await fetch(`${api('')}/omni/${step}`, { method: 'POST', headers })).status, 200)
    }
    expect(await core.getFinishStatus(), { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' })
  },
  'distinguishes an expired session': async ({ core, api, key, fails }) => {
    const { token } = await core.createSession(key, { configurationId: 'expires-at-once', apiURL: api('') })
    await core.setup({ apiURL: api(''), token })
    await fails(core.getFinishStatus(), { code: 'SESSION_EXPIRED', status: 401, attempts: 1 })
    await core.setup({ apiURL: api(''), token: 'unknown-token' })
    await fails(core.getFinishStatus(), { code: 'UNAUTHORIZED', status: 401, attempts: 1 })
  },
  'retries after an error of the API': async ({ core, api, key, expect }) => {
    const { token } = await core.createSession(key, { configurationId: 'approved', apiURL: api('') })
    await core.setup({ apiURL: api('/fault/2-times-status-503'), token })
    expect((await core.getFinishStatus()).action, 'none')
  },
  'reads response headers': async ({ core, api, key, fails }) => {
    const apiURL = api('/fault/status-429-retry-after-7')
    const call = core.createSession(key, { configurationId: 'approved', apiURL, timeout: 5_000 })
    await fails(call, { code: 'RATE_LIMITED', status: 429, retryAfter: 7_000, attempts: 1 })
  },
  'rejects an invalid response': async ({ core, api, key, fails }) => {
    for (const fault of ['html', 'no-token', 'array']) {
      const call = core.createSession(key, { configurationId: 'approved', apiURL: api(`/fault/${fault}`) })
      await fails(call, { code: 'INVALID_RESPONSE', attempts: 1 }, fault)
    }
  },
  'rejects a response that is cut or too long': async ({ core, api, key, fails }) => {
    for (const fault of ['cut-body', 'too-big']) {
      const call = core.createSession(key, { configurationId: 'approved', apiURL: api(`/fault/${fault}`) })
      await fails(call, { code: 'INVALID_RESPONSE', attempts: 1 }, fault)
    }
  },
  'rejects if the API is unreachable': async ({ core, api, key, fails }) => {
    const call = core.createSession(key, { configurationId: 'approved', apiURL: api('/fault/close') })
    await fails(call, { code: 'NETWORK', attempts: 1 })
  },
  'rejects at the deadline': async ({ core, api, key, fails }) => {
    for (const fault of ['hang', 'stalled-body']) {
      const call = core.createSession(key, { configurationId: 'approved', apiURL: api(`/fault/${fault}`), timeout: 150 })
      await fails(call, { code: 'TIMEOUT', attempts: 1 }, fault)
    }
  },
  'rejects with the reason of an abort': async ({ core, api, key, expect }) => {
    const controller = new AbortController()
    const { signal } = controller
    const call = core.createSession(key, { configurationId: 'approved', apiURL: api('/fault/hang'), signal })
    const ended = call.then(
      (session) => ({ session }),
      (reason) => ({ reason }),
    )
    setTimeout(() => controller.abort('enough'), 50)
    expect(await ended, { reason: 'enough' })
  },
}

/** Returns JSON with sorted keys. */
function ordered(value) {
  const isObject = typeof value === 'object' && value && !Array.isArray(value)
  return JSON.stringify(isObject ? Object.fromEntries(Object.entries(value).sort()) : value)
}

/** Runs every step except those in `without`. Rejects with the errors of all steps. */
exports.tour = async function tour(core, apiURL, without = [], key = process.env.INCODE_API_KEY) {
  const api = (path) => apiURL + path
  const expect = (actual, expected, what = '') => {
    const [is, should] = [actual, expected].map(ordered)
    if (is !== should) throw new Error(`${what} expected ${should}, got ${is}`)
  }
  const fails = async (call, fields, what = '') => {
    const [error, result] = await call.then(
      (result) => [undefined, result],
      (error) => [error],
    )
    if (!(error instanceof core.IncodeError)) throw new Error(`${what} expected an IncodeError, got ${error ?? JSON.stringify(result)}`)
    for (const [name, value] of Object.entries(fields)) expect(error[name], value, `${what} ${name} of ${error.code} (${error.message})`)
  }
  const errors = []
  for (const [name, step] of Object.entries(steps)) {
    if (without.includes(name)) continue
    await step({ core, api, key, expect, fails }).catch((error) => errors.push(`${name}: ${error?.message ?? error}`))
  }
  if (errors.length > 0) throw new Error(errors.join('\n'))
}
