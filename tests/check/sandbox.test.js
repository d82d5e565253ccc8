// INCODE_TEST_API=http://localhost:PORT node --test tests/check/*.test.js
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SANDBOX_KEY } from '../contract/sandbox-key.mjs'
import { check, environment, run } from './command.js'

const { INCODE_TEST_API } = process.env
assert(INCODE_TEST_API, 'INCODE_TEST_API must be the address of a running incode-www')

const sandbox = (path = '', rest = {}) => environment(INCODE_TEST_API + path, { INCODE_API_KEY: SANDBOX_KEY, ...rest })

test('reports that everything in the sandbox is as assumed', async () => {
  const { code, report, stdout, stderr } = await check(sandbox())
  assert.deepEqual([...new Set(report.rows.map(({ verdict }) => verdict))], ['as assumed'])
  assert.equal(code, 0, stdout + stderr)
  assert.equal(stderr, '')
  assert.match(stdout, new RegExp(`\n${report.rows.length} as assumed, 0 differs, 0 not checked\n`))
})

test('accepts an INCODE_API_URL that ends in /0, with or without a slash, and recommends it for the page', async () => {
  for (const path of ['/0', '/0/']) {
    const { code, report } = await check(sandbox(path))
    assert.equal(code, 0)
    assert(report.advice.includes(`apiURL in the page: ${INCODE_TEST_API}/0`), report.advice)
  }
})

test('creates one session and finishes none without --finish', async () => {
  const apiURL = `/run/check-${Date.now()}`
  const { code, report, stdout } = await check(sandbox(apiURL), [])
  assert.equal(code, 0)
  const entries = await (await fetch(INCODE_TEST_API + apiURL)).json()
  const requests = entries.map(({ method, path, status }) => `${method} ${path} ${status}`)
  assert.deepEqual(requests, ['POST /omni/start 200', 'POST /omni/start 401'])
  assert(report.rows.some(({ id, verdict, seen }) => id === 'finish-token' && verdict === 'not checked' && seen === 'needs --finish'))
  assert(report.rows.some(({ id, verdict, seen }) => id === 'preflight-start' && verdict === 'not checked' && seen === 'needs --origin'))
  assert.match(stdout, /It does not complete the session/)
})

test('announces what it will do before the first request', async () => {
  const plain = await run(['check'], sandbox('/fault/status-500'))
  assert.match(plain.stdout, /creates one session.*does not complete.*\nAddress\n/s)
  const finishing = await run(['check', '--finish', '--origin', 'https://your.site'], sandbox('/fault/status-500'))
  assert.match(finishing.stdout, /creates one session.*preflights from https:\/\/your\.site.*webhooks fire.*\nAddress\n/s)
})

const FAULTS = {
  empty: 'start-body',
  'not-json': 'start-body',
  array: 'start-body',
  'cut-body': 'start-body',
  'too-big': 'start-body',
  'no-token': 'token',
  'empty-token': 'token',
  redirect: 'redirects',
  'no-cors': 'cors-response',
  'key-required': 'finish-token',
  'status-401': 'start-status',
  'status-429-retry-after-5': 'start-status',
  'status-503': 'start-status',
  'echo-400': 'start-status',
  '1-times-status-500': 'start-status',
}

for (const [fault, row] of Object.entries(FAULTS)) {
  test(`reports only ${row} for the fault ${fault}`, async () => {
    const { code, differing, stdout, stderr } = await check(sandbox(`/run/check-${Date.now()}/fault/${fault}`))
    assert.deepEqual(differing, [row], stdout)
    assert.equal(code, 1)
    assert.equal(stderr, '')
  })
}

test('reports only the lifetime of a token that has expired', async () => {
  const { differing } = await check(sandbox('', { INCODE_CONFIGURATION_ID: 'expires-at-once' }), [])
  assert.deepEqual(differing, ['token-lifetime'])
})

test('advises to check the key and the configuration that the API rejects', async () => {
  const wrongKey = await check(sandbox('', { INCODE_API_KEY: 'another-key-of-mine' }))
  assert.deepEqual(wrongKey.differing, ['start-status'])
  assert(wrongKey.report.advice.some((line) => line.includes('check INCODE_API_KEY')))
  const wrongConfiguration = await check(sandbox('', { INCODE_CONFIGURATION_ID: 'unknown' }))
  assert.deepEqual(wrongConfiguration.differing, ['start-status'])
  assert(wrongConfiguration.report.advice.some((line) => line.includes('check INCODE_CONFIGURATION_ID')))
})

test('advises how to send finish-status where the API requires a key', async () => {
  const { report } = await check(sandbox('/fault/key-required'))
  assert(report.advice.includes(`apiURL in the page: ${INCODE_TEST_API}/fault/key-required/0`), report.advice)
  assert(report.advice.some((line) => line.startsWith('For getFinishStatus, the backend must send the API key')))
})

test('reports only the status and the hidden Retry-After', async () => {
  const { differing, report } = await check(sandbox('/fault/hidden-retry-after-5'))
  assert.deepEqual(differing, ['start-status', 'retry-after'])
  assert(report.advice.some((line) => line.startsWith('A browser cannot read Retry-After')))
})
