// The applications in examples/, as a user sees them.
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { outdated } from '../../examples/share.mjs'
import { onScreen, proceed, walk } from './browser.mjs'
import { count } from './packed.mjs'
import { nodeOf } from './programs.mjs'
import { breakable, journal, WALKED } from './sandbox.mjs'

/** Console messages of the responses to an expired session and of a failing API: to the page itself, or through its backend. */
const REJECTED = /status of (401|410|502|503)/
const EXPIRED = ['POST /omni/start', 'POST /omni/add/user-consent']
const RESULT = '/omni/finish-status'
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
      await Promise.all([expressPage(context), expressFailures(context)])
    },
  },
  {
    name: 'example react',
    folders: ['../../examples/react'],
    async check(context) {
      const { project } = context
      await project.run(`node ${join(import.meta.dirname, 'node_modules/typescript-7.0/bin/tsc')}`)
      const applicants = async (page) => {
        const [one, other] = ['First applicant', 'Second applicant'].map((name) => page.getByRole('region', { name }))
        // Each gets its own result, in whatever order they start and end.
        await begin(one, 'approved')
        await begin(other, 'rejected')
        await walk(one)
        await walk(other)
        await read(one, 'You are approved.')
        await read(other, 'You are rejected.')
        assert.deepEqual((await journal(context.apiURL)).sort(), [...WALKED, ...WALKED].sort())
        await journeys(one, context.apiURL)
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
      await journeysIn('main', context, await context.project.start('start'))
      const output = (await context.project.files('.next/static')).join('\n')
      for (const mark of Object.values(context.marks))
        assert.equal(count(output, mark), 1, `the page must contain ${JSON.stringify(mark)} once`)
    },
  },
  {
    name: 'example vue',
    folders: ['../../examples/vue'],
    async check(context) {
      const { project } = context
      await project.script('check')
      const rejected = rejectedTags(project, 'src/Wrong.vue', ['<template>', ...WRONG_IN_VUE, '</template>'], () => project.script('check'))
      assert.deepEqual(await rejected, WRONG_IN_VUE)
      await journeysAndLeaving(context, 'dev', leaveVue)
    },
  },
  {
    name: 'example angular',
    folders: ['../../examples/angular'],
    /** Angular needs a newer Node.js than the machine may have. */
    async check(context) {
      const { project, marks } = context
      const node = await nodeOf(24)
      const tool = (path) => `${node} ${join(import.meta.dirname, 'node_modules/@angular', path)}`
      const file = [
        "import { Component } from '@angular/core'",
        "import { IncodeFlow } from './incode-flow'",
        "@Component({ selector: 'app-wrong', imports: [IncodeFlow], template: `",
        ...WRONG_IN_ANGULAR,
        '`})',
        'export class Wrong {}',
      ]
      const ngc = tool('compiler-cli/bundles/src/bin/ngc.js')
      const rejected = rejectedTags(project, 'src/wrong.ts', file, () => project.run(`${ngc} --project tsconfig.json --noEmit`))
      assert.deepEqual(await rejected, WRONG_IN_ANGULAR)
      await project.run(`${tool('cli/bin/ng.js')} build`)
      const output = (await project.files('dist')).join('\n')
      for (const mark of Object.values(marks)) assert.equal(count(output, mark), 1, `the page must contain ${JSON.stringify(mark)} once`)
      await journeysAndLeaving(context, 'serve')
    },
  },
  {
    name: 'example sveltekit',
    folders: ['../../examples/sveltekit'],
    async check(context) {
      const { browser, project, apiURL } = context
      project.environment.PORT = '0'
      await svelteTypes(project)
      await project.script('build')
      const address = await project.start('start')
      await onScreen(browser, `${address}account`, (page) => leaveAndReturn(page.locator('main')))
      await journeysIn('main', context, `${address}account`)
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
      Object.assign(project.environment, { PATH: dirname(await nodeOf(24)), CLOUDFLARE_CF_FETCH_ENABLED: 'false' })
      await project.run(`node ${join(import.meta.dirname, 'node_modules/typescript-7.0/bin/tsc')}`)
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
  name: 'example files that stand once',
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

/** Properties that a Svelte template loses, one a line. */
const LOST = ["config={{ token: 'a-token' }}", 'onFinish={() => {}}', 'onfinish={() => {}}', 'onError={() => {}}', 'onerror={() => {}}']

/** The example compiles, except a file where each property is an error. */
async function svelteTypes(project) {
  const wrong = 'src/lib/wrong.svelte'
  await writeFile(join(project.folder, wrong), LOST.map((property) => `<incode-flow ${property}></incode-flow>\n`).join(''))
  await project.run('svelte-kit sync')
  const { message } = await project.run('svelte-check --output machine --fail-on-warnings').catch((error) => error)
  const lines = Array.from(message.matchAll(/ (?:ERROR|WARNING) "(.*?)" (\d+):/g), ([, file, line]) => `${file}:${line}`)
  assert.deepEqual(
    lines,
    LOST.map((_, index) => `${wrong}:${index + 1}`),
    message,
  )
  await rm(join(project.folder, wrong))
}

/** Leaves the page in the middle of a flow, and returns. */
async function leaveAndReturn(main) {
  await begin(main, 'approved')
  await main.getByText('Step 1 of 4').waitFor()
  await main.getByRole('link', { name: 'Back' }).click()
  await main.getByRole('link', { name: 'Open an account' }).click()
  await begin(main, 'rejected')
  await walk(main)
  await read(main, 'You are rejected.')
}

/** Tags that vue-tsc must reject. It can't see a missing `.prop`. */
const WRONG_IN_VUE = [
  '<incode-flow :confg.prop="{ token: \'t\' }" />',
  '<incode-flow :config.prop="{ tokn: \'t\' }" />',
  '<incode-flow :config.prop="{ token: 1 }" />',
  '<incode-flow :onFinished.prop="() => {}" />',
  '<incode-flow :onFinish.prop="(result: string) => result" />',
  '<incode-flow :onError.prop="(code: number) => code" />',
  '<incode-flow @finished="() => {}" />',
  '<incode-flow config="{}" />',
  '<incode-flo />',
]

/** Tags that Angular's compiler must reject. Names of events are not checked. */
const WRONG_IN_ANGULAR = [
  '<incode-flow [confg]="undefined" [config]="undefined" [onFinish]="null" [onError]="null" />',
  '<incode-flow [config]="{ tokn: \'t\' }" [onFinish]="null" [onError]="null" />',
  '<incode-flow [config]="{ token: 1 }" [onFinish]="null" [onError]="null" />',
  '<incode-flow [config]="undefined" [onFinished]="null" [onFinish]="null" [onError]="null" />',
  '<incode-flow [config]="undefined" [onFinish]="1" [onError]="null" />',
  '<incode-flow [config]="undefined" [onFinish]="null" />',
  '<incode-flow config="{}" [onFinish]="null" [onError]="null" />',
  '<incode-flo />',
]

async function expressPage(context) {
  const address = await context.project.start('dev')
  await journeysIn('body', context, address)
  const post = callsOfOneUser(address)
  assert.deepEqual(await post('result'), { status: 409, error: 'NO_SESSION' }, 'another user has no session yet')
  assert.equal((await post('session', { configurationId: 'another' })).status, 400)
  await post('session', { configurationId: 'expires-at-once' })
  assert.deepEqual(await post('result'), { status: 410, error: 'SESSION_EXPIRED' })
}

/** Maps failures of the API to statuses that show the page what to do. */
async function expressFailures({ project, apiURL }) {
  const failures = {
    'status-429-retry-after-60': { status: 429, retryAfter: '60', error: 'RATE_LIMITED' },
    'status-503': { status: 502, error: 'SERVER_ERROR' },
    'status-401': { status: 502, error: 'UNAUTHORIZED' },
    hang: { status: 504, error: 'TIMEOUT' },
  }
  const served = Object.entries(failures).map(async ([fault, expected]) => {
    const address = await project.start('dev', { INCODE_API_URL: `${apiURL}-${fault}/fault/${fault}` })
    assert.deepEqual(await callsOfOneUser(address)('session'), expected)
  })
  await Promise.all(served)
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

/** Writes a file and returns its lines that the compiler reports as errors. */
async function rejectedTags(project, name, lines, compile) {
  const path = join(project.folder, name)
  await writeFile(path, lines.join('\n'))
  const output = stripVTControlCharacters(await compile().catch(({ message }) => message))
  await rm(path)
  const errors = [...output.matchAll(/^(\S+?)[(:](\d+)[,:]\d+\)?(?: -|:) error /gm)]
  for (const [error, file] of errors) assert.equal(file, name, error)
  return lines.filter((_, index) => errors.some(([, , line]) => Number(line) === index + 1))
}

/** Walks through the page of an app, whose user then leaves it in the middle. */
async function journeysAndLeaving(context, script, unmount = async () => {}) {
  const { browser, apiURL, project } = context
  const use = async (page) => {
    await journeys(page.locator('body'), apiURL)
    await leave(page, apiURL)
    await unmount(page)
  }
  await onScreen(browser, await project.start(script, { PORT: '0' }), use, REJECTED)
}

/** Unmounts the app while the backend creates a session, which must abort the request. */
async function leaveVue(page) {
  await page.route('**/api/session', () => {}) // never responds
  const asked = page.waitForRequest('**/api/session')
  await begin(page, 'approved')
  await asked
  const isAborted = aborted(page, '/api/session')
  await page.locator('#root').evaluate((root) => root.__vue_app__.unmount())
  await isAborted
}

/** Closes the verification while the result is on its way, which must abort the request. */
async function leave(page, apiURL) {
  await page.route(`**${RESULT}`, (route) => route.continue({ url: `${apiURL}-left/fault/hang${RESULT}` }))
  const requests = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await begin(page, 'approved')
  await page.getByRole('button', { name: 'Verify me', disabled: true }).waitFor()
  const asked = page.waitForRequest(`**${RESULT}`)
  await walk(page)
  await asked
  await proceed(page)
  const isAborted = aborted(page, RESULT)
  await page.getByRole('button', { name: 'Close the verification' }).click()
  await isAborted
  for (const path of ['/api/session', RESULT]) {
    assert.equal(requests.filter((name) => name.endsWith(path)).length, 1, `a second click must not request ${path} again`)
  }
  await read(page, 'Something went wrong. Please try again.')
  await page.unroute(`**${RESULT}`)
}

/** Resolves as soon as the page has aborted a request for `path`. */
function aborted(page, path) {
  return page.waitForEvent('requestfailed', (request) => request.url().endsWith(path))
}

export function journeysIn(part, { browser, apiURL }, address, attempts) {
  return onScreen(browser, address, (page) => journeys(page.locator(part), apiURL, attempts), REJECTED)
}

/** Sessions in a row, until the last is approved. The package makes three attempts to get a result; a backend without it may differ. */
async function journeys(scope, apiURL, attempts = 3) {
  const api = apis.get(apiURL)
  const before = (await journal(apiURL)).length
  await begin(scope, 'rejected')
  await walk(scope)
  await read(scope, 'You are rejected.')
  await begin(scope, 'manual-review')
  await walk(scope)
  await read(scope, "We're reviewing your verification. We'll email you.")
  await begin(scope, 'expires-at-once')
  await proceed(scope)
  await read(scope, 'Your session has expired. Please start again.')
  await api.failing('/omni/start', async () => {
    await begin(scope, 'approved')
    await read(scope, 'Something went wrong. Please try again.')
  })
  await api.failing('/omni/finish-status', async () => {
    await begin(scope, 'approved')
    await walk(scope)
    await read(scope, 'Something went wrong. Please try again.')
  })
  await begin(scope, 'approved')
  await walk(scope)
  await read(scope, 'You are approved.')
  const withoutResult = [...WALKED.slice(0, -1), ...Array(attempts).fill(FAILED_RESULT)]
  const requests = [...WALKED, ...WALKED, ...EXPIRED, ...FAILED_START, ...withoutResult, ...WALKED]
  assert.deepEqual((await journal(apiURL)).slice(before), requests)
}

/** Starts a session. The second click must not start another. */
export async function begin(scope, configuration) {
  await scope.getByLabel('Outcome').selectOption(configuration)
  await scope.getByRole('button', { name: 'Verify me' }).dblclick()
}

export async function read(scope, words) {
  const status = scope.getByRole('status').filter({ hasText: /./ })
  await status.waitFor()
  assert.equal(await status.innerText(), words)
}
