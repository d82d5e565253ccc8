// The applications in examples/, as a user sees them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { dirname, join } from 'node:path'
import { outdated } from '../../examples/share.mjs'
import { onScreen, proceed, walkImpatiently } from './browser.mjs'
import { assertOnce, count } from './packed.mjs'
import { nodeOf } from './programs.mjs'
import { breakable, journal, WALKED } from './sandbox.mjs'
import { checkTypes, WRONG_IN_ANGULAR, WRONG_IN_REACT, WRONG_IN_SVELTE, WRONG_IN_VUE } from './tags.mjs'

/** Console messages of the responses to an expired session and of a failing API: to the page itself, or through its backend. */
const REJECTED = /status of (401|410|502|503)/
const EXPIRED = ['POST /omni/start', 'POST /omni/add/user-consent']
const RESULT = '/omni/finish-status'
const SESSION = '/api/session'
const TSC = `node ${join(import.meta.dirname, 'node_modules/typescript-7.0/bin/tsc')}`
const FAILED_START = ['POST /fault/status-503/omni/start']
const FAILED_RESULT = 'GET /fault/status-503/omni/finish-status'

/** The APIs of the examples, by the `apiURL` that has their journal. */
const apis = new Map()

export const examples = [
  {
    name: 'example express',
    folders: ['../../examples/express'],
    async check(context) {
      context.project.environment.PORT = '0'
      await Promise.all([expressPage(context), failuresOf(context)])
    },
  },
  {
    name: 'example react',
    folders: ['../../examples/react'],
    async check(context) {
      const { project } = context
      await checkTypes(project, TSC, WRONG_IN_REACT)
      const applicants = async (page) => {
        const [one, other] = ['First applicant', 'Second applicant'].map((name) => page.getByRole('region', { name }))
        // Each gets its own result, in whatever order they start and end.
        await begin(one, 'approved')
        await begin(other, 'rejected')
        await walkImpatiently(one)
        await walkImpatiently(other)
        await read(one, 'You are approved.')
        await read(other, 'You are rejected.')
        assert.deepEqual((await journal(context.apiURL)).sort(), [...WALKED, ...WALKED].sort())
        await journeys(one, context.apiURL, 3)
        await abortedBy(closeFlow, one, RESULT)
      }
      await onScreen(context.browser, await project.start('dev'), applicants, REJECTED)
    },
  },
  {
    name: 'example next',
    folders: ['../../examples/next'],
    async check(context) {
      context.project.environment.PORT = '0'
      await context.project.script('build')
      await journeysIn('main', context, await context.project.start('start'), (scope) => abortedBy(closeFlow, scope, RESULT))
      assertOnce((await context.project.files('.next/static')).join('\n'), context.marks, 'the page')
    },
  },
  {
    name: 'example vue',
    folders: ['../../examples/vue'],
    async check(context) {
      const { project } = context
      await checkTypes(project, 'vue-tsc', WRONG_IN_VUE)
      const unmount = (scope) => scope.locator('#root').evaluate((root) => root.__vue_app__.unmount())
      await journeysIn('body', context, await project.start('dev', { PORT: '0' }), async (scope) => {
        await abortedBy(closeFlow, scope, RESULT)
        await abortedBy(unmount, scope, SESSION)
      })
    },
  },
  {
    name: 'example angular',
    folders: ['../../examples/angular'],
    /** Angular needs a newer Node.js than the machine may have. */
    async check(context) {
      const { project, marks } = context
      const node = nodeOf(24)
      const tool = (path) => `${node} ${join(import.meta.dirname, 'node_modules/@angular', path)}`
      await checkTypes(project, `${tool('compiler-cli/bundles/src/bin/ngc.js')} --project tsconfig.json --noEmit`, WRONG_IN_ANGULAR)
      await project.run(`${tool('cli/bin/ng.js')} build`)
      assertOnce((await project.files('dist')).join('\n'), marks, 'the page')
      await journeysIn('body', context, await project.start('serve', { PORT: '0' }), (scope) => abortedBy(closeFlow, scope, RESULT))
    },
  },
  {
    name: 'example sveltekit',
    folders: ['../../examples/sveltekit'],
    async check(context) {
      const { project, apiURL } = context
      project.environment.PORT = '0'
      await project.run('svelte-kit sync')
      await checkTypes(project, 'svelte-check --output machine --fail-on-warnings', WRONG_IN_SVELTE)
      await project.script('build')
      const address = await project.start('start')
      await journeysIn('main', context, `${address}account`, async (main) => {
        for (const path of [SESSION, '/api/result']) {
          await abortedBy((scope) => scope.getByRole('link', { name: 'Back' }).click(), main, path)
          await main.getByRole('link', { name: 'Open an account' }).click()
        }
        await begin(main, 'rejected')
        await walkImpatiently(main)
        await read(main, 'You are rejected.')
      })
      const sent = await (await fetch(apiURL)).json()
      assert(!sent.some(({ headers }) => headers.cookie), "event.fetch sent the user's cookie to the API")
    },
  },
  {
    name: 'example cloudflare',
    folders: ['../../examples/cloudflare'],
    async check(context) {
      const { project, apiURL, marks } = context
      // These tools need Node.js 22. They request workers.cloudflare.com unless it is turned off.
      Object.assign(project.environment, { PATH: dirname(nodeOf(24)), CLOUDFLARE_CF_FETCH_ENABLED: 'false' })
      await project.run(TSC)
      await journeysIn('body', context, await project.start('dev'))
      const requests = await (await fetch(apiURL)).json()
      const ofBackend = requests.filter(({ path }) => /(start|finish-status)$/.test(path))
      assert(
        ofBackend.every(({ headers }) => headers.via === '1.1 gateway'),
        'a request went past the service binding',
      )
      await project.run('vite build')
      const [page, worker] = await Promise.all(
        ['client', 'verification'].map(async (part) => (await project.files(`dist/${part}`)).join('\n')),
      )
      assert.deepEqual([count(page, marks.wasm), count(worker, marks.wasm)], [1, 0], 'the Worker must have the .wasm file instead')
    },
  },
].map(withOwnAPI)

examples.push({
  name: 'copies of shared example files',
  async alone() {
    assert.deepEqual(outdated(), [], 'run `node examples/share.mjs`')
  },
})

/** Gives an example an API that `journeys` can break. */
export function withOwnAPI({ check, ...example }) {
  return {
    ...example,
    async check(context) {
      const { apiURL, project } = context
      const api = project.keep(await breakable(apiURL))
      apis.set(apiURL, api)
      project.environment.INCODE_API_URL = api.apiURL
      await check(context)
    },
  }
}

async function expressPage(context) {
  const address = await context.project.start('dev')
  await journeysIn('body', context, address)
  await policyOfPage(address)
  const post = callsOfOneUser(address)
  assert.deepEqual(await post('result'), { status: 409, error: 'NO_SESSION' }, 'another user has no session yet')
  assert.equal((await post('session', { configurationId: 'another' })).status, 400)
  await post('session', { configurationId: 'expires-at-once' })
  assert.deepEqual(await post('result'), { status: 410, error: 'SESSION_EXPIRED' })
}

/** The page has its policy at every path that serves it. */
export async function policyOfPage(address) {
  for (const path of ['/', '/index.html', '//index.html', '/./index.html', '/%69ndex.html', '/?a']) {
    const response = await responseOf(address, path)
    const isPage = (await response.toArray()).join('').includes('importmap')
    if (isPage || path === '/') assert.match(response.headers['content-security-policy'] ?? '', /script-src 'self'/, path)
  }
}

/** Maps failures of the API to statuses that show the page what to do. `use` gets the backend's address and the failure. */
export async function failuresOf({ project, apiURL }, use = () => {}) {
  const failures = {
    'status-429-retry-after-60': { status: 429, retryAfter: '60', error: 'RATE_LIMITED' },
    'status-503': { status: 502, error: 'SERVER_ERROR' },
    'status-401': { status: 502, error: 'UNAUTHORIZED' },
    hang: { status: 504, error: 'TIMEOUT' },
  }
  const served = Object.entries(failures).map(async ([fault, expected]) => {
    const address = await project.start('dev', { INCODE_API_URL: `${apiURL}-${fault}/fault/${fault}` })
    assert.deepEqual(await callsOfOneUser(address)('session'), expected, fault)
    await use(address, fault)
  })
  await Promise.all(served)
}

/** Requests a path as it is written, which `fetch` would normalize. */
export async function responseOf(address, path) {
  const [response] = await once(get({ host: '127.0.0.1', port: new URL(address).port, path }), 'response')
  return response
}

/** Returns a function that sends requests with the cookie of one user. */
export function callsOfOneUser(address) {
  let cookie = ''
  return async (name, body = {}) => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${address}api/${name}`, { method: 'POST', headers, body: JSON.stringify(body) })
    cookie ||= response.headers.get('set-cookie').split(';')[0]
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, ...(retryAfter && { retryAfter }), ...(await response.json()) }
  }
}

/** Calls `leave` while the app waits for the response to its request for `path`, which must abort the request. */
async function abortedBy(leave, scope, path) {
  const page = scope.page()
  const isOfPath = (request) => request.url().endsWith(path)
  await page.route(`**${path}`, () => {}) // never responds
  const asked = page.waitForRequest(isOfPath)
  const aborted = page.waitForEvent('requestfailed', isOfPath)
  await begin(scope, 'approved')
  if (path !== SESSION) await walkImpatiently(scope)
  await asked
  await leave(scope)
  await aborted
  await page.unroute(`**${path}`)
}

async function closeFlow(scope) {
  await scope.getByRole('button', { name: 'Close the verification' }).click()
  await read(scope, 'Something went wrong. Please try again.')
}

/** Opens a page of an example and has `journeys` in this part of it, and then in `further`. The API must not get the page's cookies. */
export function journeysIn(part, { browser, apiURL }, address, further = () => {}, attempts = 3) {
  const use = async (page) => {
    const scope = page.locator(part)
    await journeys(scope, apiURL, attempts)
    await further(scope)
    for (const { value } of await page.context().cookies())
      for (const body of apis.get(apiURL).bodies) assert(!body.includes(value), `the API got the user's cookie: ${body}`)
  }
  return onScreen(browser, address, use, REJECTED)
}

/** Sessions in a row, until the last is approved. The package makes three attempts to get a result; a backend without it may differ. */
async function journeys(scope, apiURL, attempts) {
  const api = apis.get(apiURL)
  const before = (await journal(apiURL)).length
  await begin(scope, 'rejected')
  await walkImpatiently(scope)
  await read(scope, 'You are rejected.')
  await begin(scope, 'manual-review')
  await walkImpatiently(scope)
  await read(scope, "We're reviewing your verification. We'll email you.")
  await begin(scope, 'expires-at-once')
  await proceed(scope)
  await read(scope, 'Your session has expired. Please start again.')
  await api.failing('/omni/start', async () => {
    await choose(scope, 'approved')
    // One click: the failure can arrive before a second one, which would rightly start another session.
    await scope.getByRole('button', { name: 'Verify me' }).click()
    await read(scope, 'Something went wrong. Please try again.')
  })
  await api.failing('/omni/finish-status', async () => {
    await begin(scope, 'approved')
    await walkImpatiently(scope)
    await read(scope, 'Something went wrong. Please try again.')
  })
  await begin(scope, 'approved')
  await walkImpatiently(scope)
  await read(scope, 'You are approved.')
  const withoutResult = [...WALKED.slice(0, -1), ...Array(attempts).fill(FAILED_RESULT)]
  const requests = [...WALKED, ...WALKED, ...EXPIRED, ...FAILED_START, ...withoutResult, ...WALKED]
  assert.deepEqual((await journal(apiURL)).slice(before), requests)
}

/** Starts a session. The second click must not start another. */
export async function begin(scope, configuration) {
  await choose(scope, configuration)
  await scope.getByRole('button', { name: 'Verify me' }).dblclick()
}

function choose(scope, configuration) {
  return scope.getByLabel('Outcome').selectOption(configuration)
}

/** Waits for these words. Those of the session before may stand there until the page renders again. */
export async function read(scope, words) {
  const status = scope.getByRole('status').filter({ hasText: words })
  await status.waitFor()
  assert.equal(await status.innerText(), words)
}
