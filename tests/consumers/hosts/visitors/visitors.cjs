// Several visitors share one module, as on a server that calls `setup` by mistake. CommonJS, so that every runtime can load it.

/** Throws if a visitor can get the result of another, or if the replaced token causes no warning. */
exports.visitors = async function visitors(core, apiURL, apiKey) {
  const warnings = []
  const { warn } = console
  console.warn = (...args) => void warnings.push(args.join(' '))
  try {
    const [first, second] = await Promise.all([finished(), finished()])
    await core.setup({ apiURL, token: first })
    expect(warnings, [], 'warnings after the first token')
    await core.initializeSession({ token: first })
    expect(warnings, [], 'warnings after the same token')
    await core.initializeSession({ token: second })
    expect(warnings.length, 1, `warnings after another token: ${JSON.stringify(warnings)}`)
    await core.setup({ apiURL, token: first })
    expect(warnings.length, 1, `warnings after a third change: ${JSON.stringify(warnings)}`)
    expect(/getFinishStatus/.test(warnings[0]), true, `the warning names getFinishStatus: ${warnings[0]}`)
    for (const token of [first, second]) expect(warnings[0].includes(token.slice(0, 8)), false, 'the warning contains a token')

    const missing = [
      ['undefined', { apiURL, token: undefined }],
      ['null', { apiURL, token: null }],
      ['undefined, without apiURL', { token: undefined }],
      ['a session without a token', { interviewId: '0123456789abcdef01234567' }],
    ]
    for (const [name, options] of missing) {
      const { action, code, message } = await core.getFinishStatus(null, options).catch((error) => error)
      expect({ action, code }, { code: 'NOT_CONFIGURED' }, `token ${name}`)
      if (name !== 'a session without a token') expect(/token has no value/.test(message), true, `token ${name}: ${message}`)
    }
    expect((await core.getFinishStatus(null, { apiURL, token: second })).action, 'approved', "the visitor's own token")
    expect(warnings.length, 1, `warnings at the end: ${JSON.stringify(warnings)}`)
  } finally {
    console.warn = warn
  }

  async function finished() {
    const { token } = await core.createSession(apiKey, { configurationId: 'approved', apiURL })
    const headers = { 'x-incode-hardware-id': token, 'api-version': '1.0' }
    for (const step of ['add/face', 'process/face']) {
      expect((await fetch(`${apiURL}/omni/${step}`, { method: 'POST', headers })).status, 200, step)
    }
    return token
  }
}

function expect(actual, expected, name) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value))
  if (is !== should) throw new Error(`${name}: expected ${should}, got ${is}`)
}
