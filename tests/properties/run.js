// What the contract promises for every call, whatever `fetch` does. INCODE_SEED and INCODE_PATH repeat a run, INCODE_RUNS says how many.

import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import * as core from '../../pkg/dist/index.js'
import { Clock } from './clock.js'
import { encounters, meet } from './scripted.js'
import { leak } from './secrets.js'

const { INCODE_RUNS = '5000', INCODE_SEED = `${Math.trunc(Math.random() * 2 ** 31)}`, INCODE_PATH } = process.env
const DEFAULT_TIMEOUT = 30_000
const DEFAULT_RETRIES = 2

const maybe = (arbitrary) => fc.option(arbitrary, { nil: undefined })
const secret = fc.string({ unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)), minLength: 12, maxLength: 60 })
const reason = fc.oneof(
  fc.string(),
  fc.constant(undefined),
  fc.constant(null),
  fc.nat(),
  fc.constant(new Error('enough')),
  fc.object({ maxDepth: 1 }),
)

const call = fc.record({
  name: fc.constantFrom('createSession', 'getFinishStatus'),
  at: fc.oneof(fc.constant(0), fc.nat(2_000)),
  apiKey: secret,
  token: secret,
  isSetUp: fc.boolean(),
  customHeaders: maybe(fc.record({ 'x-api-key': secret, authorization: secret, 'x-other': fc.constant('other') }, { requiredKeys: [] })),
  timeout: maybe(fc.integer({ min: 1, max: 60_000 })),
  retries: maybe(fc.nat(10)),
  abort: maybe(fc.record({ at: fc.integer({ min: -1, max: 40_000 }), reason })),
  more: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record(
        {
          externalId: fc.string(),
          language: fc.string(),
          customFields: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())),
        },
        { requiredKeys: [] },
      ),
    },
  ),
  /** An option that holds anything at all. */
  junk: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        name: fc.constantFrom(
          'apiURL',
          'timeout',
          'retries',
          'signal',
          'customHeaders',
          'token',
          'flowId',
          'configurationId',
          'tokn',
          'whatever',
        ),
        value: fc.anything(),
      }),
    },
  ),
  meets: fc.array(encounters, { minLength: 1, maxLength: 4 }),
})
const page = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 3 }),
  jitter: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 5 }),
  hasPerformance: fc.boolean(),
})

const stray = []
const note = (reason) => stray.push(reason)
process.on('unhandledRejection', note).on('warning', note)

const told = { calls: 0, requests: 0, fulfilled: 0 }
console.log(`seed ${INCODE_SEED}, ${INCODE_RUNS} runs`)
await core.preload()
const result = await fc.check(fc.asyncProperty(page, holds), { seed: Number(INCODE_SEED), numRuns: Number(INCODE_RUNS), path: INCODE_PATH })
console.log(`${told.calls} calls, ${told.requests} requests, ${told.fulfilled} calls fulfilled`)
if (result.failed) {
  console.log(`INCODE_SEED=${result.seed} INCODE_PATH=${result.counterexamplePath} repeats what failed:`)
  console.log(fc.stringify(result.counterexample))
  console.log(result.errorInstance)
}
console.log(result.failed ? '0 passed, 1 failed' : '1 passed, 0 failed')
process.exitCode = result.failed ? 1 : 0

async function holds(scene) {
  stray.length = 0
  await play(scene)
  assert.deepEqual(stray, [], 'a rejection that nobody handles, or a warning')
}

/** Lets the calls of a page happen on a clock of their own, and asks of each what the contract promises. */
async function play({ calls, jitter, hasPerformance }) {
  const clock = new Clock()
  const printed = []
  const timers = new Set()
  const made = calls.map((plan, index) => ({ plan, base: `https://api.example/c${index}`, requests: [] }))
  let drawn = 0
  const restore = replace({
    fetch: (url, init) => request(made, clock, String(url), init),
    setTimeout(run, ms, ...args) {
      const id = clock.schedule(() => run(...args), ms)
      timers.add(id)
      return id
    },
    clearTimeout: (id) => clock.forget(id),
    performance: hasPerformance ? { now: () => clock.now } : undefined,
    console: new Proxy(
      {},
      {
        get:
          () =>
          (...args) =>
            void printed.push(args),
      },
    ),
  })
  const { now } = Date
  const { random } = Math
  Date.now = () => clock.now
  Math.random = () => jitter[drawn++ % jitter.length]
  try {
    for (const each of made) clock.schedule(() => begin(each, clock), each.plan.at)
    await clock.run(() => made.every(({ outcome }) => outcome))
    for (const each of made) assert(each.outcome, `${each.plan.name} never settles`)
    const open = [...timers].filter((id) => clock.isOpen(id))
    assert.deepEqual(open, [], 'a timer is left behind')
    const asked = made.map(({ requests }) => requests.length)
    await clock.run() // what comes too late
    assert.deepEqual(
      made.map(({ requests }) => requests.length),
      asked,
      'a request after the end',
    )
    for (const each of made) check(each)
    const secrets = made.flatMap(secretsOf)
    assert.equal(leak(printed, secrets), undefined, 'the console tells a secret')
    told.calls += made.length
    told.requests += asked.reduce((sum, each) => sum + each, 0)
    told.fulfilled += made.filter(({ outcome }) => 'value' in outcome).length
  } finally {
    restore()
    Date.now = now
    Math.random = random
  }
}

function replace(globals) {
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)])
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  return () => {
    for (const [name, descriptor] of before) Object.defineProperty(globalThis, name, descriptor)
  }
}

function request(made, clock, url, init) {
  const each = made.find(({ base }) => url.startsWith(`${base}/`))
  assert(each, `a request to ${url}`)
  const record = { startedAt: clock.now, signal: init.signal }
  const encounter = each.plan.meets[Math.min(each.requests.length + (each.refused ?? 0), each.plan.meets.length - 1)]
  each.requests.push(record)
  try {
    return meet(encounter, { clock, url, init, record })
  } finally {
    // Nothing went out: it does not count.
    if (record.isRefused) {
      each.requests.pop()
      each.refused = (each.refused ?? 0) + 1
    }
  }
}

function begin(each, clock) {
  const { plan, base } = each
  const options = { timeout: plan.timeout, retries: plan.retries }
  if (plan.abort) {
    const controller = new AbortController()
    each.signal = controller.signal
    options.signal = controller.signal
    const abort = () => {
      each.abortedAt ??= clock.now
      controller.abort(plan.abort.reason)
    }
    if (plan.abort.at < 0) abort()
    else clock.schedule(abort, plan.abort.at)
  }
  const own = { apiURL: base, customHeaders: plan.customHeaders }
  each.startedAt = clock.now
  let settingUp
  if (plan.isSetUp) settingUp = core.setup({ ...own, token: plan.token })
  else Object.assign(options, own)
  if (plan.name === 'createSession') Object.assign(options, { configurationId: 'c' }, plan.more)
  else if (!plan.isSetUp) options.token = plan.token
  // Without an apiURL of its own it would go where another call went.
  if (plan.junk && !(plan.junk.name === 'apiURL' && plan.junk.value == null)) options[plan.junk.name] = plan.junk.value
  const first = plan.name === 'createSession' ? plan.apiKey : 'a flow'
  each.timeout = plan.junk?.name === 'timeout' ? (plan.junk.value ?? undefined) : plan.timeout
  const settle = (outcome) => {
    each.outcome = { at: clock.now, ...outcome }
  }
  let promise
  try {
    promise = core[plan.name](first, options)
  } catch (error) {
    settle({ thrown: error })
    return
  }
  promise.then(
    (value) => settle({ value }),
    (error) => settle({ error }),
  )
  settingUp?.catch((error) => settle({ thrown: error }))
}

function check(each) {
  const { plan, requests, outcome, startedAt, timeout = DEFAULT_TIMEOUT, abortedAt } = each
  const what = `${plan.name}, ${requests.length} requests`
  assert(!('thrown' in outcome), `${what}: threw at once, or setup failed: ${outcome.thrown}`)
  const isValid = Number.isInteger(timeout) && timeout > 0 && timeout < 2 ** 31
  assert(outcome.at <= startedAt + (isValid ? timeout : DEFAULT_TIMEOUT), `${what}: settled at ${outcome.at}, after its deadline`)
  if (abortedAt !== undefined && !plan.junk)
    assert(outcome.at <= abortedAt || outcome.at === startedAt, `${what}: settled at ${outcome.at}, aborted at ${abortedAt}`)
  for (const { startedAt: at } of requests) assert(at <= outcome.at)
  const last = requests.at(-1)
  if ('value' in outcome) fulfilled(plan, last, outcome.value, what)
  else rejected(each, last, what)
  again(plan, requests, what)
}

/** Only with an answer that is one, every field kept. */
function fulfilled(plan, last, value, what) {
  if (!last.good) return // an odd answer may be usable: a 2xx with a JSON object
  const added = plan.name === 'getFinishStatus' ? { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' } : {}
  for (const [name, field] of Object.entries({ ...added, ...last.good })) {
    const expected = field === null && Object.hasOwn(added, name) ? added[name] : field
    assert(isDeepStrictEqual(value[name], expected), `${what}: ${name}`)
  }
}

/** Only with an `IncodeError`, the caller's own reason, or what a framework threw. */
function rejected(each, last, what) {
  const { plan, requests, outcome, signal } = each
  const { error, at } = outcome
  if (last && 'thrown' in last && error === last.thrown) return
  if (signal?.aborted && Object.is(error, signal.reason)) return
  assert(error instanceof core.IncodeError && error instanceof Error && error.name === 'IncodeError', `${what}: rejected with ${error}`)
  assert(typeof error.code === 'string' && typeof error.message === 'string' && error.message !== '')
  assert.equal(error.attempts ?? 0, requests.length, `${what}: attempts of ${error.code}`)
  assert.equal(leak(error, secretsOf(each)), undefined, `${what}: ${error.code} tells a secret`)
  if (!plan.junk) {
    assert(
      !['INVALID_ARGUMENT', 'NOT_CONFIGURED', 'UNSUPPORTED', 'MODULE_LOAD', 'INTERNAL'].includes(error.code),
      `${what}: ${error.code} ${error.message}`,
    )
    assert(requests.length > 0 || error.code === 'TIMEOUT', `${what}: ${error.code} without a request`)
    if (error.code !== 'TIMEOUT') assert(!last.good, `${what}: ${error.code} for a good answer: ${error.message}`)
    else assert.equal(at, each.startedAt + (each.timeout ?? DEFAULT_TIMEOUT), `${what}: TIMEOUT before its time`)
  }
  for (const name of ['INVALID_ARGUMENT', 'NOT_CONFIGURED', 'UNSUPPORTED']) if (error.code === name) assert.equal(requests.length, 0)
  if (last?.signal && error.code === 'TIMEOUT') assert(last.signal.aborted, `${what}: the request goes on after ${error.code}`)
}

/** A start is only repeated where the API said that it did nothing, a finish after passing failures; both as often as allowed. */
function again(plan, requests, what) {
  if (!plan.junk) assert(requests.length <= 1 + (plan.retries ?? DEFAULT_RETRIES), `${what}: more than the retries allow`)
  for (const { status, retryAfter, isNetworkFailure, isOdd } of requests.slice(0, -1)) {
    const didNothing = status === 429 || (status === 503 && retryAfter !== undefined)
    const isPassing = isNetworkFailure || [500, 502, 503, 504].includes(status)
    assert(didNothing || (plan.name === 'getFinishStatus' && (isPassing || isOdd)), `${what}: repeated after ${status}`)
  }
}

function secretsOf({ plan }) {
  return [plan.apiKey, plan.token, plan.customHeaders?.['x-api-key'], plan.customHeaders?.authorization].filter(Boolean)
}
