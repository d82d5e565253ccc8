// The example backends in other languages: examples/python and examples/php.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onScreen, walkImpatiently } from './browser.mjs'
import { begin, callsOfOneUser, failuresOf, journeysIn, policyOfPage, read, responseOf, withOwnAPI } from './examples.mjs'
import { journal, SANDBOX_KEY } from './sandbox.mjs'
import { listen } from './site.mjs'

const SECRET = 'webhook-secret-5b1e'
/** Paths of files that are not for the page, as sent. */
const PRIVATE = ['server.py', 'server.php', '.env', 'package.json', 'public/../.env', 'modules/@incodetech/core/../../../.env']

export const backends = [
  {
    name: 'example python',
    folders: ['../../examples/python'],
    async check(context) {
      await installed(context, 'python3 -m ensurepip --version', 'python3 and python3-venv')
      await context.project.script('setup')
      await backend(context)
    },
  },
  {
    name: 'example php',
    folders: ['../../examples/php'],
    async check(context) {
      await installed(context, 'php --ri curl', 'php-cli and php-curl')
      const { folder, environment } = context.project
      const sessions = join(folder, 'sessions') // not in the folder that all of this machine's PHP shares
      await mkdir(sessions)
      await writeFile(join(sessions, 'test.ini'), `session.save_path = "${sessions}"`)
      environment.PHP_INI_SCAN_DIR = `:${sessions}`
      await backend(context)
    },
  },
].map(withOwnAPI)

function installed({ project }, command, packages) {
  return project.run(command).catch(({ message }) => {
    throw new Error(`Install Debian's ${packages}. ${message}`)
  })
}

async function backend(context) {
  Object.assign(context.project.environment, { PORT: '0', WEBHOOK_SECRET: SECRET })
  await Promise.all([pageOf(context), reportsFailures(context), unusualResponses(context), plainHttp(context)])
  assert(!context.project.output.includes(SANDBOX_KEY), 'the log contains the API key')
}

async function pageOf(context) {
  const address = await context.project.start('dev')
  await journeysIn('body', context, address, undefined, 1) // these backends do not repeat a request
  await policyOfPage(address)
  await review(context, address)
  await twoUsers(context, address)
  await webhook(address)
  for (const path of [...PRIVATE, ...PRIVATE.map((path) => path.replaceAll('.', '%2e'))]) {
    const { statusCode } = await responseOf(address, `/${path}`)
    assert.equal(statusCode, 404, path)
  }
}

/** A manual review: the page reports it, the webhook brings the decision, and the API is asked only once. */
async function review({ browser, apiURL }, address) {
  await onScreen(browser, address, async (page) => {
    const started = page.waitForResponse(/\/api\/session$/)
    await begin(page.locator('body'), 'manual-review')
    const { token } = await (await started).json()
    await walkImpatiently(page)
    await read(page, "We're reviewing your verification. We'll email you.")
    const before = await journal(apiURL)
    const result = () => page.evaluate(async () => (await fetch('/api/result', { method: 'POST' })).json())
    const event = { interviewId: interviewOf(token), onboardingStatus: 'MANUAL_REVIEW_APPROVED' }
    assert.equal(await send(address, { ...event, onboardingStatus: 'MANUAL_REVIEW_REJECTED' }, `${SECRET}-`), 401)
    assert.deepEqual(await result(), { action: 'none' })
    assert.equal(await send(address, event), 204)
    assert.deepEqual(await result(), { action: 'approved' })
    assert.deepEqual((await journal(apiURL)).slice(before.length), ['GET /omni/finish-status'])
  })
}

/** The sandbox's tokens name their session. */
function interviewOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub
}

async function twoUsers({ project, apiURL }, address) {
  const { verify } = await import(join(project.folder, 'journey.mjs'))
  const [one, other, third] = [callsOfOneUser(address), callsOfOneUser(address), callsOfOneUser(address)]
  for (const user of [one, other, third]) assert.deepEqual(await user('result'), { status: 409, error: 'NO_SESSION' })
  const sessions = [await one('session', { configurationId: 'approved' }), await other('session', { configurationId: 'rejected' })]
  for (const { token } of sessions) await verify(apiURL, token)
  assert.deepEqual(await Promise.all([other('result'), one('result'), third('result')]), [
    { status: 200, action: 'rejected' },
    { status: 200, action: 'approved' },
    { status: 409, error: 'NO_SESSION' },
  ])
  await one('session', { configurationId: 'expires-at-once' })
  assert.deepEqual(await one('result'), { status: 410, error: 'SESSION_EXPIRED' })
  for (const configurationId of ['another', ['approved'], { approved: 1 }, 0, ''])
    assert.deepEqual(await other('session', { configurationId }), { status: 400, error: 'INVALID_ARGUMENT' })
}

async function webhook(address) {
  const event = { interviewId: 'a'.repeat(24), onboardingStatus: 'MANUAL_REVIEW_APPROVED' }
  for (const secret of [undefined, '', 'webhook-secret-5b1f', `${SECRET}e`, SECRET.slice(0, -1), `${SECRET}${'e'.repeat(4_000)}`, 'é'])
    assert.equal(await send(address, event, secret ?? null), 401, secret)
  for (const body of [event, { ...event, onboardingStatus: 'ONBOARDING_FINISHED' }, { ...event, interviewId: ['a'] }, {}])
    assert.equal(await send(address, body), 204, JSON.stringify(body))
  for (const body of ['', 'no JSON', '[]', '['.repeat(60_000), JSON.stringify({ ...event, filler: 'a'.repeat(1 << 20) })])
    assert.equal(await send(address, body), 400, body.slice(0, 40))
}

async function send(address, body, secret = SECRET) {
  const headers = { 'content-type': 'application/json', ...(secret !== null && { 'x-webhook-secret': secret }) }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${address}api/webhook`, { method: 'POST', headers, body: text })
  return response.status
}

/** The words of the page for failures of the sandbox. */
const WORDS = {
  'status-429-retry-after-60': "We're very busy right now. Please try again in a minute.",
  'status-503': 'Something went wrong. Please try again.',
}

/** Failures of the sandbox have the statuses that examples/express has, and the page reports them. */
function reportsFailures(context) {
  return failuresOf(context, async (address, fault) => {
    if (!WORDS[fault]) return
    const failed = async (page) => {
      await begin(page, 'approved')
      await read(page, WORDS[fault])
    }
    await onScreen(context.browser, address, failed, /status of (?:429|502)/)
  })
}

/** Requests to an API whose responses the sandbox does not have. */
async function unusualResponses({ project }) {
  const requests = []
  const redirected = []
  const elsewhere = project.keep(await listen((request, response) => response.end(String(redirected.push(request.url)))))
  const valid = { token: jwt({ exp: 9_999_999_999 }), interviewId: 'c'.repeat(24) }
  let started
  let finished
  const api = project.keep(
    await listen(async (request, response) => {
      const { method, url, headers } = request
      const body = (await request.toArray()).join('')
      requests.push({ method, url, headers, body })
      respond(url === '/omni/start' ? started : finished, response)
    }),
  )
  const address = await project.start('dev', { INCODE_API_URL: api.address })
  const session = (response) => {
    started = response
    return callsOfOneUser(address)('session')
  }
  const result = async (response, token = valid.token) => {
    started = { body: { ...valid, token } }
    finished = response
    const user = callsOfOneUser(address)
    assert.equal((await user('session')).token, token)
    return user('result')
  }
  const failure = (error, status = 502) => ({ status, error })

  // Both requests, exactly.
  const one = await result({ body: { action: 'approved' } })
  assert.deepEqual(one, { status: 200, action: 'approved' })
  const [start, finish] = requests
  assert.deepEqual([start.method, start.url, finish.method, finish.url], ['POST', '/omni/start', 'GET', '/omni/finish-status'])
  const own = ({ headers }) => ['x-api-key', 'api-version', 'x-incode-hardware-id', 'cookie', 'authorization'].map((name) => headers[name])
  assert.deepEqual(own(start), [SANDBOX_KEY, '1.0', undefined, undefined, undefined])
  assert.equal(start.headers['content-type'], 'application/json')
  assert.deepEqual(own(finish), [SANDBOX_KEY, '1.0', valid.token, undefined, undefined])
  assert.equal(finish.body, '')
  const { configurationId, externalCustomerId, ...rest } = JSON.parse(start.body)
  assert.deepEqual([configurationId, rest], ['approved', {}])
  assert.match(externalCustomerId, /^[\da-f]{32,64}$/)

  // The API's cookies reach no other user.
  await session({ headers: { 'set-cookie': 'of=one-user; path=/' }, body: valid })
  await session({ body: valid })
  assert.equal(requests.at(-1).headers.cookie, undefined)

  const past = jwt({ exp: 1_000_000_000 })
  const tokens = [past, valid.token, 'no-jwt', 'a.b.c', past.split('.').slice(0, 2).join('.'), jwt({ exp: '1' }), jwt({}), jwt([])]
  for (const status of [401, 403]) {
    for (const token of tokens) {
      const expected = token === past ? failure('SESSION_EXPIRED', 410) : failure(status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN')
      assert.deepEqual(await result({ status }, token), expected, token)
    }
  }
  assert.deepEqual(await session({ status: 401, body: valid }), failure('UNAUTHORIZED'))

  const failures = [
    [{ status: 400 }, failure('CLIENT_ERROR')],
    [{ status: 500, body: 'x'.repeat(1 << 20) }, failure('SERVER_ERROR')],
    [{ status: 302, headers: { location: `${elsewhere.address}omni` } }, failure('NETWORK')],
    [{ status: 307, headers: { location: `${elsewhere.address}omni` } }, failure('NETWORK')],
    [{ status: 204 }, failure('INVALID_RESPONSE')],
    [{ body: { ...valid, filler: 'x'.repeat(1 << 20) } }, failure('INVALID_RESPONSE')],
    [{ body: '<html>' }, failure('INVALID_RESPONSE')],
    [{ body: [valid] }, failure('INVALID_RESPONSE')],
    [{ body: '['.repeat(60_000) }, failure('INVALID_RESPONSE')],
    [{ headers: { 'content-length': '9999' }, body: valid, isCut: true }, failure('INVALID_RESPONSE')],
    [{ isCut: true }, failure('NETWORK')],
    [
      { status: 503, headers: { 'retry-after': '7' } },
      { ...failure('SERVER_ERROR'), retryAfter: '7' },
    ],
    [{ status: 429, headers: { 'retry-after': 'soon' } }, failure('RATE_LIMITED', 429)],
  ]
  for (const [response, expected] of failures) {
    const label = JSON.stringify(response).slice(0, 100)
    assert.deepEqual(await session(response), expected, label)
    assert.deepEqual(await result(response), expected, label)
  }
  assert.deepEqual(redirected, [])

  for (const part of [{ token: '' }, { token: 1 }, { token: 'a\r\nx-injected: 1' }, { interviewId: null }, { interviewId: undefined }])
    assert.deepEqual(await session({ body: { ...valid, ...part } }), failure('INVALID_RESPONSE'), JSON.stringify(part))
  for (const body of [{}, { action: 'Approved' }, { action: ['approved'] }, { action: null }])
    assert.deepEqual(await result({ body }), { status: 200, action: 'none' }, JSON.stringify(body))
  // Half a character: some parsers reject it.
  assert([200, 502].includes((await result({ body: '{"action":"\\ud800"}' })).status))

  // Seconds, or the date as sent.
  const date = 'Fri, 01 Jan 2100 00:00:00 GMT'
  const { retryAfter } = await session({ status: 429, headers: { 'retry-after': date } })
  assert(retryAfter === date || Number(retryAfter) > 0, `Retry-After: ${retryAfter}`)

  // The limit is for the whole call.
  assert.deepEqual(await session({ isEndless: true }), failure('TIMEOUT', 504))

  // A user's requests do not wait for each other.
  const user = callsOfOneUser(address)
  started = { body: valid }
  await user('session')
  finished = { hold: true }
  const arrivals = []
  const results = []
  for (let number = 1; number <= 2; number += 1) {
    const arrived = new Promise((resolve) => (finished.arrived = resolve))
    results.push(user('result'))
    arrivals.push(await arrived)
  }
  for (const response of arrivals) response.end('{"action":"rejected"}')
  assert.deepEqual(await Promise.all(results), Array(2).fill({ status: 200, action: 'rejected' }))

  for (const secret of [SANDBOX_KEY, valid.token, past].flatMap((credential) => credential.split('.')))
    assert(!project.output.includes(secret.slice(0, 30)), 'the log contains a credential')
}

/** Sends a response of unusualResponses. */
function respond({ status = 200, headers, body = '', isCut, isEndless, hold, ...rest }, response) {
  if (hold) return rest.arrived(response)
  if (isCut && body === '') return response.destroy()
  response.writeHead(status, headers)
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  if (isCut) return response.write(text, () => response.destroy())
  if (!isEndless) return response.end(text)
  // Without a limit for the whole call, it ends by its size, after 16 s.
  const timer = setInterval(() => response.write(' '.repeat(2 << 10)), 500)
  response.on('close', () => clearInterval(timer))
}

function jwt(claims) {
  return [{ alg: 'HS256' }, claims, 'signature of this token']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
}

/** Neither the key nor a token goes to another machine in plain text. */
async function plainHttp({ project }) {
  for (const url of ['http://api.example', 'http://localhost@api.example', 'http://localhost.api.example', '']) {
    const message = await project.start('dev', { INCODE_API_URL: url }).then(
      async (address) => (await callsOfOneUser(address)('session')).error,
      ({ message }) => message,
    )
    assert.match(message, /^INVALID_ARGUMENT$|must be https/, url)
  }
}
