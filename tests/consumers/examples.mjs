// The apps of examples/, as a user sees them.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { onScreen, proceed, walk } from './browser.mjs'
import { count } from './packed.mjs'
import { journal, WALKED } from './sandbox.mjs'

/** Console message for an expired session. */
const REJECTED = /status of 401/
const EXPIRED = ['POST /omni/start', 'POST /omni/add/user-consent']

export const examples = [
  {
    name: 'example express',
    folders: ['../../examples/express'],
    async check(trial) {
      trial.project.environment.PORT = '0'
      await Promise.all([expressInAPage(trial), expressInTrouble(trial)])
    },
  },
  {
    name: 'example react',
    folders: ['../../examples/react'],
    async check(trial) {
      const { project } = trial
      await project.run(`node ${join(import.meta.dirname, 'node_modules/typescript-7.0/bin/tsc')}`)
      const applicants = async (page) => {
        const [one, other] = ['First applicant', 'Second applicant'].map((name) => page.getByRole('region', { name }))
        // Each has its own outcome, in any order.
        await begin(one, 'approved')
        await begin(other, 'rejected')
        await walk(one)
        await walk(other)
        await read(one, 'You are approved.')
        await read(other, 'You are rejected.')
        assert.deepEqual((await journal(trial.apiURL)).sort(), [...WALKED, ...WALKED].sort())
        await journeys(one, trial.apiURL)
      }
      await onScreen(trial.browser, await project.start('dev'), applicants, REJECTED)
    },
  },
  {
    name: 'example next',
    folders: ['../../examples/next'],
    async check(trial) {
      trial.project.environment.PORT = '0'
      await trial.project.script('build')
      await journeysIn('main', trial, await trial.project.start('start'))
      const output = (await trial.project.files('.next/static')).join('\n')
      for (const mark of Object.values(trial.marks))
        assert.equal(count(output, mark), 1, `the page has to have ${JSON.stringify(mark)} once`)
    },
  },
]

async function expressInAPage(trial) {
  const address = await trial.project.start('dev')
  await journeysIn('body', trial, address)
  const post = callsOfOneUser(address)
  assert.deepEqual(await post('result'), { status: 409, error: 'NO_SESSION' }, 'another user has no session yet')
  assert.equal((await post('session', { configurationId: 'another' })).status, 400)
  await post('session', { configurationId: 'expires-at-once' })
  assert.deepEqual(await post('result'), { status: 410, error: 'SESSION_EXPIRED' })
}

/** If the API fails, the page gets the code of the error. */
async function expressInTrouble({ project, apiURL }) {
  const troubles = {
    'status-429-retry-after-60': { status: 429, retryAfter: '60', error: 'RATE_LIMITED' },
    'status-503': { status: 502, error: 'SERVER_ERROR' },
    'status-401': { status: 502, error: 'UNAUTHORIZED' },
    hang: { status: 504, error: 'TIMEOUT' },
  }
  const served = Object.entries(troubles).map(async ([fault, expected]) => {
    const address = await project.start('dev', { INCODE_API_URL: `${apiURL}-${fault}/fault/${fault}` })
    assert.deepEqual(await callsOfOneUser(address)('session'), expected)
  })
  await Promise.all(served)
}

function callsOfOneUser(address) {
  let cookie = ''
  return async (name, body = {}) => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${address}api/${name}`, { method: 'POST', headers, body: JSON.stringify(body) })
    cookie ||= response.headers.get('set-cookie').split(';')[0]
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, ...(retryAfter && { retryAfter }), ...(await response.json()) }
  }
}

function journeysIn(part, { browser, apiURL }, address) {
  return onScreen(browser, address, (page) => journeys(page.locator(part), apiURL), REJECTED)
}

/** One session after the other: rejected, expired, approved. */
async function journeys(scope, apiURL) {
  const before = (await journal(apiURL)).length
  await begin(scope, 'rejected')
  await walk(scope)
  await read(scope, 'You are rejected.')
  await begin(scope, 'expires-at-once')
  await proceed(scope)
  await read(scope, 'Your session has expired. Please start again.')
  await begin(scope, 'approved')
  await walk(scope)
  await read(scope, 'You are approved.')
  assert.deepEqual((await journal(apiURL)).slice(before), [...WALKED, ...EXPIRED, ...WALKED])
}

async function begin(scope, configuration) {
  await scope.getByLabel('Outcome').selectOption(configuration)
  await scope.getByRole('button', { name: 'Verify me' }).click()
}

async function read(scope, words) {
  const status = scope.getByRole('status').filter({ hasText: /./ })
  await status.waitFor()
  assert.equal(await status.innerText(), words)
}
