import { KEY, SANDBOX_KEY, show, TOKEN } from '../context.js'

/** Pieces shorter than this occur by chance. */
const PIECE = 8
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrTDlwUTdXIiwiZXhwIjoxfQ.Qm9fWnR4VjN3SzhSZw'
const SECRETS = [KEY, TOKEN, JWT]

/** Yields every string in a value: names and values, hidden ones too, at any depth. */
function* stringsOf(value, seen = new Set()) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return yield String(value)
  if (seen.has(value) || value === globalThis) return
  seen.add(value)
  if (value instanceof Headers || value instanceof Map || value instanceof Set) for (const entry of value) yield* stringsOf(entry, seen)
  if (value instanceof Request) yield* stringsOf(value.headers, seen)
  if (value instanceof Error) for (const name of ['name', 'message', 'stack', 'cause']) yield* stringsOf(value[name], seen)
  for (const name of Reflect.ownKeys(value)) {
    yield String(name)
    yield* stringsOf(Object.getOwnPropertyDescriptor(value, name).value, seen)
  }
}

function reveals(text, secrets = SECRETS) {
  const lower = text.toLowerCase()
  for (const secret of secrets.map((secret) => secret.toLowerCase())) {
    for (let at = 0; at + PIECE <= secret.length; at++) if (lower.includes(secret.slice(at, at + PIECE))) return true
  }
  return false
}

function keepsSecrets(t, value, what, secrets) {
  for (const text of stringsOf(value)) t.ok(!reveals(text, secrets), `${what} contains a secret: ${text.slice(0, 300)}`)
}

/** Makes calls with every option, so that an echo can repeat all of them. */
async function fails(t, path, options, secrets) {
  const printed = t.console()
  const core = await t.ready(path, { token: TOKEN, retries: 0, customHeaders: { 'x-api-key': KEY }, ...options })
  const failures = [
    await t.thrown(core.getFinishStatus('flow')),
    await t.thrown(core.getFinishStatus(null, { token: JWT })),
    await t.thrown(core.createSession(KEY, { configurationId: 'approved' })),
  ]
  keepsSecrets(t, failures, 'an error', secrets)
  keepsSecrets(t, printed, 'the console', secrets)
  return failures
}

const echoes = [400, 401, 403, 404, 422, 429, 500, 503].map((status) => ({
  name: `an API that echoes all it was sent in a ${status} reveals nothing`,
  async run(t) {
    const [error] = await fails(t, `/fault/echo-${status}`)
    t.equal(error.status, status)
    t.ok(error.api.message.startsWith('Injected error; echo of the request: '), error.api.message)
    t.ok(error.api.request.headers['api-version'] === '1.0', 'strings that are not secret stay')
  },
}))

const half = (init, name) => (new Headers(init.headers).get(name) ?? '').slice(0, 10)

const rejections = [
  [
    'an error that quotes the request',
    (init) => Object.assign(new TypeError(`bad request ${JSON.stringify([...new Headers(init.headers)])}`), { init }),
  ],
  [
    'an error with the request in a hidden property',
    (init) => Object.defineProperty(new TypeError('no'), 'hidden', { value: new Headers(init.headers).get('x-api-key') }),
  ],
  [
    'an error with a telling cause',
    (init) => new TypeError('no', { cause: { deep: { headers: Object.fromEntries(new Headers(init.headers)) } } }),
  ],
  [
    'an error with the request itself',
    (init, url) => Object.assign(new TypeError('no'), { request: new Request(url, { ...init, signal: null }) }),
  ],
  ['an error with the headers', (init) => Object.assign(new TypeError('no'), { headers: new Headers(init.headers) })],
  ['an error with a map of headers', (init) => Object.assign(new TypeError('no'), { headers: new Map(new Headers(init.headers)) })],
  ['a string', (init) => `failed: ${[...new Headers(init.headers)]}`],
  ['the headers', (init) => init.headers],
  ['half of a secret', (init) => new TypeError(`key ${half(init, 'x-api-key')}…, token ${half(init, 'x-incode-hardware-id')}…`)],
  ['secrets in capitals', (init) => new TypeError(`failed: ${[...new Headers(init.headers)]}`.toUpperCase())],
].map(([what, made]) => ({
  name: `a patched fetch that rejects with ${what} reveals nothing`,
  async run(t) {
    t.mockFetch(async (url, init) => {
      throw made(init, url)
    })
    await fails(t, '')
  },
}))

export default [
  ...echoes,
  ...rejections,
  {
    name: 'secrets with quotes and backslashes are found in escaped text too',
    async run(t) {
      const secrets = ['q"u\\o"t\\e"d\\k"e\\y', 't"o\\k"e\\n"5\\6"7\\8']
      t.mockFetch(async (_, init) => {
        const sent = Object.fromEntries(new Headers(init.headers))
        return new Response(
          JSON.stringify({ message: JSON.stringify(sent), deep: { message: JSON.stringify({ text: JSON.stringify(sent) }) } }),
          { status: 400 },
        )
      })
      const core = await t.ready('', { token: secrets[1] })
      keepsSecrets(t, await t.thrown(core.getFinishStatus()), 'finish-status', secrets)
      keepsSecrets(t, await t.thrown(core.createSession(secrets[0], { configurationId: 'approved' })), 'start', secrets)
    },
  },
  {
    name: 'an echo in the names, numbers and depth of an error body reveals nothing',
    async run(t) {
      const secret = '12345678901234'
      const bodies = [
        JSON.stringify({ [secret]: { [`x${secret}x`]: [secret, [`a ${secret.slice(3, 11)} b`]] } }),
        `{"number":${secret},"error":"${secret}"}`,
        `${'{"a":'.repeat(60)}"${secret}"${'}'.repeat(60)}`,
        `{"message":"${'x'.repeat(195)}${secret}"}`,
      ]
      const core = await t.ready('', { token: secret })
      for (const body of bodies) {
        t.mockFetch(async () => new Response(body, { status: 400, statusText: `Bad ${secret}` }))
        keepsSecrets(t, await t.thrown(core.getFinishStatus()), body.slice(0, 60), [secret])
        keepsSecrets(t, await t.thrown(core.createSession(secret, { configurationId: 'approved' })), body.slice(0, 60), [secret])
      }
    },
  },
  {
    name: 'a status text that echoes reveals nothing',
    async run(t) {
      t.mockFetch(async (_, init) => new Response('', { status: 400, statusText: `Bad ${[...new Headers(init.headers)]}` }))
      await fails(t, '')
    },
  },
  {
    name: 'a 2xx that cannot be used and echoes reveals nothing',
    async run(t) {
      for (const body of [`not JSON ${KEY} ${TOKEN} ${JWT}`, JSON.stringify([KEY, TOKEN, JWT]), JSON.stringify({ token: '', KEY })]) {
        t.mockFetch(async (_, { method }) => (method === 'POST' || !body.startsWith('{') ? new Response(body) : new Response('x')))
        await fails(t, '')
      }
    },
  },
  {
    name: 'an unreachable, a silent and a redirecting API reveal nothing',
    async run(t) {
      for (const fault of ['close', 'cut-body', 'redirect', 'no-cors'])
        await fails(t, `/fault/${fault}`).catch((error) => t.ok(t.runtime === 'node' && fault === 'no-cors', error))
      await fails(t, '/fault/hang', { timeout: 50 })
    },
  },
  {
    name: 'messages do not repeat rejected arguments that contain a secret',
    async run(t) {
      const core = await t.ready()
      const printed = t.console()
      const errors = []
      for (const invalid of [`${KEY}\n`, `${KEY} `, `é${KEY}`]) {
        errors.push(await t.rejectsArgument(core.createSession(invalid, { configurationId: 'approved' }), 'apiKey', show(invalid)))
        errors.push(await t.rejectsArgument(core.setup({ token: invalid }), 'token'))
        errors.push(await t.rejectsArgument(core.initializeSession({ token: invalid }), 'token'))
        errors.push(await t.rejectsArgument(core.getFinishStatus(null, { token: invalid }), 'token'))
        errors.push(await t.rejectsArgument(core.setup({ customHeaders: { 'x-api-key': invalid } }), 'customHeaders'))
      }
      errors.push(await t.rejectsArgument(core.createSession(KEY, { configurationId: 'approved', [KEY]: () => {} }), ''))
      errors.push(
        await t.rejectsArgument(core.createSession(KEY, { configurationId: 'approved', customFields: { [KEY]: [] } }), 'customFields'),
      )
      errors.push(await t.rejectsArgument(core.getFinishStatus(null, { token: TOKEN, customHeaders: { [TOKEN]: 'a\nb' } }), ''))
      keepsSecrets(t, [errors, printed], 'a rejection')
    },
  },
  {
    name: 'a warning about unknown options contains no token',
    async run(t) {
      const core = await t.core()
      const printed = t.console()
      await core.setup({ [TOKEN]: 1, apiURL: t.api(), token: TOKEN, [`x-${TOKEN}`]: 2 })
      await core.initializeSession({ [JWT]: 1, token: JWT })
      await t.thrown(core.getFinishStatus(null, { token: TOKEN, [TOKEN]: 'x' }))
      await core.initializeSession({ token: TOKEN })
      await core.initializeSession({ [`of-${TOKEN}`]: 1 })
      t.ok(printed.length >= 1, 'a warning')
      keepsSecrets(t, printed, 'the console')
    },
  },
  {
    name: 'a message with the host of the API contains no piece of the key or the token',
    async run(t) {
      const core = await t.core()
      t.mockFetch(async () => {
        throw new TypeError('offline')
      })
      const [key, token] = ['sandbox-api-4f1c9d', 'staging-host-77aa']
      const start = { configurationId: 'approved', apiURL: 'https://sandbox-api.example' }
      const errors = [
        await t.rejects(core.createSession(key, start), { code: 'NETWORK' }),
        await t.rejects(core.getFinishStatus(null, { apiURL: 'https://staging-host.example', token, retries: 0 }), { code: 'NETWORK' }),
      ]
      keepsSecrets(t, errors, 'an error', [key, token])
    },
  },
  {
    name: 'nothing is logged for calls that succeed or fail',
    async run(t) {
      const printed = t.console()
      const core = await t.ready('', { token: await t.token() })
      await core.getFinishStatus()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      await t.thrown(core.getFinishStatus(null, { token: TOKEN }))
      await t.thrown(core.createSession(KEY, { configurationId: 'approved' }))
      t.equal(printed, [])
    },
  },
  {
    name: 'errors keep strings that are not secret',
    async run(t) {
      const core = await t.ready('/fault/status-400')
      const { api, message } = await t.thrown(core.getFinishStatus())
      t.ok(!JSON.stringify(api).includes('redacted') && !message.includes('redacted'), message)
    },
  },
]
