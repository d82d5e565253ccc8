// Properties of every call, whatever `fetch` does and whatever the page replaced. INCODE_RUNS sets the number of runs; INCODE_SEED and
// INCODE_PATH repeat one.

import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { Clock } from './clock.js'
import { freshCore, sharedCore } from './core.js'
import { replace, replaceGlobal, replacement } from './globals.js'
import { exchanges, respond } from './scripted.js'
import { leak } from './secrets.js'
import { makeSignal, ORIGINS } from './signals.js'

const { INCODE_RUNS = '5000', INCODE_SEED = `${Math.trunc(Math.random() * 2 ** 31)}`, INCODE_PATH } = process.env
const DEFAULT_TIMEOUT = 30_000
/** Maximum error of a sum of times, in ms. */
const ROUNDING = 0.001
const DEFAULT_RETRIES = 2
const MAX_RETRY_AFTER = 86_400_000
/** CPU time of a scene, in ms. A scene takes a few ms; blocking the thread takes seconds. */
const MAX_CPU_TIME = 3_000

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
  /** The owner of the `fetch` that the call uses. */
  fetch: fc.constantFrom('global', 'setup', 'call'),
  customHeaders: maybe(fc.record({ 'x-api-key': secret, authorization: secret, 'x-other': fc.constant('other') }, { requiredKeys: [] })),
  timeout: maybe(fc.integer({ min: 1, max: 60_000 })),
  retries: maybe(fc.nat(10)),
  abort: maybe(fc.record({ at: fc.integer({ min: -1, max: 40_000 }), reason, origin: fc.constantFrom(...ORIGINS) })),
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
  /** An option with any value. */
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
          'fetch',
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
  exchanges: fc.array(exchanges, { minLength: 1, maxLength: 4 }),
})
const scene = fc.record({
  calls: fc.array(call, { minLength: 1, maxLength: 3 }),
  jitter: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 5 }),
  /** How a fresh instance loads; absent for the instance that all scenes share. */
  loading: fc.option(
    fc.record({
      ms: fc.oneof(fc.constant(0), fc.nat(25_000)),
      fails: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
    { nil: undefined, freq: 2 },
  ),
  replaced: fc.option(replacement, { nil: undefined, freq: 2 }),
  /** A setting of `fetch` that the runtime rejects. */
  rejectedSetting: fc.option(fc.constantFrom('cache', 'credentials', 'signal'), { nil: undefined, freq: 2 }),
})

const stray = []
const note = (reason) => stray.push(reason)
process.on('unhandledRejection', note).on('warning', note)

/** The `fetch` of the scene that runs. The shared instance can keep one from `setup` for longer. */
let fetchOfScene
const { Request } = globalThis

const counts = { calls: 0, requests: 0, fulfilled: 0, fresh: 0 }
console.log(`seed ${INCODE_SEED}, ${INCODE_RUNS} runs`)
await sharedCore.preload()
const result = await fc.check(fc.asyncProperty(scene, property), {
  seed: Number(INCODE_SEED),
  numRuns: Number(INCODE_RUNS),
  path: INCODE_PATH,
})
console.log(`${counts.calls} calls, ${counts.requests} requests, ${counts.fulfilled} calls fulfilled, ${counts.fresh} fresh instances`)
if (result.failed) {
  console.log(`INCODE_SEED=${result.seed} INCODE_PATH=${result.counterexamplePath} repeats the failure:`)
  console.log(fc.stringify(result.counterexample))
  console.log(result.errorInstance)
}
console.log(result.failed ? '0 passed, 1 failed' : '1 passed, 0 failed')
process.exitCode = result.failed ? 1 : 0

async function property(scene) {
  stray.length = 0
  await play(scene)
  assert.deepEqual(stray, [], 'an unhandled rejection or a warning')
}

/** Runs the calls of a scene on a clock of their own, and checks each. */
async function play({ calls, jitter, loading, replaced, rejectedSetting }) {
  const clock = new Clock()
  const printed = []
  const timers = new Set()
  const core = loading ? freshCore() : sharedCore
  const shared = {}
  const made = calls.map((plan, index) => ({ plan, core, loading, base: `https://api.example/c${index}`, requests: [] }))
  let drawn = 0
  fetchOfScene = (owner, url, init) => request({ made, clock, rejectedSetting, replaced }, owner, url, init)
  const undo = [
    replace(globalThis, {
      fetch(url, init) {
        return fetchOfScene('global', url, init)
      },
      setTimeout(run, ms, ...args) {
        const id = clock.schedule(() => run(...args), ms)
        timers.add(id)
        return id
      },
      clearTimeout: (id) => clock.forget(id),
      performance: { now: () => clock.now },
      console: new Proxy(
        {},
        {
          get:
            () =>
            (...args) =>
              void printed.push(args),
        },
      ),
      Request: rejecting(rejectedSetting),
    }),
    replace(Date, { now: () => clock.now }),
    replace(Math, { random: () => jitter[drawn++ % jitter.length] }),
    replace(WebAssembly, slowWebAssembly(clock, loading)),
  ]
  if (replaced) undo.push(replaceGlobal(replaced))
  const before = process.cpuUsage()
  try {
    for (const each of made) clock.schedule(() => startCall(each, clock, shared), each.plan.at)
    await clock.run(() => made.every(({ outcome, isSettingUp }) => outcome && !isSettingUp))
    const open = [...timers].filter((id) => clock.isOpen(id))
    const requestCounts = made.map(({ requests }) => requests.length)
    await clock.run() // late events
    const { user, system } = process.cpuUsage(before)
    while (undo.length) undo.pop()()
    for (const each of made) assert(each.outcome, `${each.plan.name} never settles`)
    if (replaced?.name !== 'clearTimeout') assert.deepEqual(open, [], 'a timer is left behind')
    assert.deepEqual(
      made.map(({ requests }) => requests.length),
      requestCounts,
      'a request after the end',
    )
    assert((user + system) / 1_000 < MAX_CPU_TIME, `the scene took ${(user + system) / 1_000} ms of CPU time`)
    for (const each of made) checkCall(each)
    const secrets = made.flatMap(secretsOf)
    assert.equal(leak(printed, secrets), undefined, 'the console shows a secret')
    counts.calls += made.length
    counts.requests += requestCounts.reduce((sum, count) => sum + count, 0)
    counts.fulfilled += made.filter(({ outcome }) => 'value' in outcome).length
    if (loading) counts.fresh++
  } finally {
    while (undo.length) undo.pop()()
  }
}

/** Returns a `Request` that rejects one setting, as an older workerd does. */
function rejecting(setting) {
  if (!setting) return Request
  return class extends Request {
    constructor(url, init = {}) {
      if (setting in init) throw new TypeError(`The '${setting}' field on 'RequestInitializerDict' is not implemented.`)
      super(url, init)
    }
  }
}

/** Loads on the clock of the scene; the first load can fail. */
function slowWebAssembly(clock, { ms = 0, fails = false } = {}) {
  const { compile, instantiate } = WebAssembly
  let loads = 0
  return {
    compile: (...args) => clock.hold(compile(...args)),
    async instantiate(...args) {
      const isFirst = loads++ === 0
      if (isFirst && ms > 0) await new Promise((done) => clock.schedule(done, ms))
      if (isFirst && fails) throw new WebAssembly.CompileError('no')
      return clock.hold(instantiate(...args))
    },
  }
}

function request({ made, clock, rejectedSetting, replaced }, owner, url, init) {
  const each = made.find(({ base }) => url.startsWith(`${base}/`))
  assert(each, `a request to ${url}`)
  const record = { startedAt: clock.now, signal: init.signal, owner, url, init }
  // Node's Request uses other globals.
  if (rejectedSetting in init && !replaced) note(`the setting ${rejectedSetting} was not left out`)
  const exchange = each.plan.exchanges[Math.min(each.requests.length, each.plan.exchanges.length - 1)]
  each.requests.push(record)
  record.exchange = exchange
  return respond(exchange, { clock, url, init, record })
}

function startCall(each, clock, shared) {
  const { plan, base, core } = each
  const options = { timeout: plan.timeout, retries: plan.retries }
  if (plan.abort) {
    each.abort = makeSignal(plan.abort, clock, shared)
    options.signal = each.abort.signal
  }
  const own = { apiURL: base, customHeaders: plan.customHeaders }
  each.startedAt = clock.now
  let settingUp
  if (plan.isSetUp) {
    const fetch = plan.fetch === 'setup' ? fetchOf('setup', each) : undefined
    settingUp = core.setup({ ...own, token: plan.token, fetch })
  } else Object.assign(options, own)
  if (plan.fetch === 'call') options.fetch = fetchOf('call', each)
  if (plan.name === 'createSession') Object.assign(options, { configurationId: 'c' }, plan.more)
  else if (!plan.isSetUp) options.token = plan.token
  // Without an apiURL of its own, it would go where another call went.
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
  each.isSettingUp = Boolean(settingUp)
  settingUp
    ?.catch((error) => {
      if (!(each.loading?.fails && error.code === 'MODULE_LOAD')) settle({ thrown: error })
    })
    .finally(() => {
      each.isSettingUp = false
    })
}

/** Returns a `fetch` of a caller, which notes a `this`. */
function fetchOf(owner, each) {
  return function (url, init) {
    if (this !== undefined) each.wrongThis = this
    return fetchOfScene(owner, url, init)
  }
}

function checkCall(each) {
  const { plan, requests, outcome, startedAt, timeout = DEFAULT_TIMEOUT, abort } = each
  const what = `${plan.name}, ${requests.length} requests`
  assert(!('thrown' in outcome), `${what}: threw synchronously, or setup failed: ${outcome.thrown}`)
  const isValid = Number.isInteger(timeout) && timeout > 0 && timeout < 2 ** 31
  assert(outcome.at < startedAt + (isValid ? timeout : DEFAULT_TIMEOUT) + ROUNDING, `${what}: settled at ${outcome.at}, after its deadline`)
  const abortedAt = abort?.abortedAt
  // The arguments come before a signal that has already aborted, so that call waits for the module.
  if (abortedAt !== undefined && !plan.junk && !(each.loading && abortedAt <= startedAt))
    assert(outcome.at <= abortedAt || outcome.at === startedAt, `${what}: settled at ${outcome.at}, aborted at ${abortedAt}`)
  if (abort) {
    assert.equal(abort.listeners(), 0, `${what}: a listener is left on the signal of ${plan.abort.origin}`)
    assert(abort.mostListeners() <= 1, `${what}: ${abort.mostListeners()} listeners at a time on one signal`)
  }
  assert(!('wrongThis' in each), `${what}: fetch was called as a method of ${each.wrongThis}`)
  for (const record of requests) checkRequest(each, record, what)
  const last = requests.at(-1)
  if ('value' in outcome) checkFulfilled(plan, last, outcome.value, what)
  else checkRejected(each, last, what)
  checkRetries(plan, requests, what)
}

/** Checks that a request uses ordinary objects, and the `fetch` of the call, else of `setup`, else of the page. */
function checkRequest({ plan, outcome }, { startedAt, owner, url, init, isStalled, isCancelled }, what) {
  assert(startedAt <= outcome.at)
  assert.equal(typeof url, 'string')
  for (const object of [init, init.headers]) assert.equal(Object.getPrototypeOf(object), Object.prototype, `${what}: an ordinary object`)
  if (plan.junk?.name !== 'fetch') {
    if (plan.fetch === 'call') assert.equal(owner, 'call', `${what}: fetch`)
    else if (plan.isSetUp) assert.equal(owner, plan.fetch, `${what}: fetch`)
  }
  if (isStalled) assert(isCancelled, `${what}: the body continues after the end`)
}

/** Checks that a call fulfills only with a usable response, every field kept. */
function checkFulfilled(plan, last, value, what) {
  if (!last.good) return // an odd response can be usable: a 2xx with a JSON object
  const added = plan.name === 'getFinishStatus' ? { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '' } : {}
  for (const [name, field] of Object.entries({ ...added, ...last.good })) {
    const expected = field === null && Object.hasOwn(added, name) ? added[name] : field
    assert(isDeepStrictEqual(value[name], expected), `${what}: ${name}`)
  }
}

/** Checks that a call rejects with an `IncodeError`, the caller's own reason, or a value that passes through. */
function checkRejected(each, last, what) {
  const { plan, core, requests, outcome, abort, loading } = each
  const { error, at } = outcome
  if (abort?.isReason(error)) return
  if (passesThrough(last, error, what)) return
  assert(error instanceof core.IncodeError && error instanceof Error && error.name === 'IncodeError', `${what}: rejected with ${error}`)
  assert(error instanceof sharedCore.IncodeError, 'instanceof across copies')
  assert(typeof error.code === 'string' && typeof error.message === 'string' && error.message !== '')
  assert.equal(error.attempts ?? 0, requests.length, `${what}: attempts of ${error.code}`)
  assert(!(error.retryAfter > MAX_RETRY_AFTER), `${what}: retryAfter ${error.retryAfter}`)
  assert.equal(leak(error, secretsOf(each)), undefined, `${what}: ${error.code} shows a secret`)
  checkCause(error.cause, last, what)
  checkJSON(core, error, what)
  if (!plan.junk) {
    const forbidden = ['INVALID_ARGUMENT', 'NOT_CONFIGURED', 'UNSUPPORTED', 'INTERNAL', ...(loading?.fails ? [] : ['MODULE_LOAD'])]
    assert(!forbidden.includes(error.code), `${what}: ${error.code} ${error.message}`)
    assert(requests.length > 0 || ['TIMEOUT', 'MODULE_LOAD'].includes(error.code), `${what}: ${error.code} without a request`)
    if (error.code !== 'TIMEOUT') assert(!last?.good, `${what}: ${error.code} for a good response: ${error.message}`)
    else assert(at > each.startedAt + (each.timeout ?? DEFAULT_TIMEOUT) - ROUNDING, `${what}: TIMEOUT at ${at}, before its time`)
  }
  for (const name of ['INVALID_ARGUMENT', 'NOT_CONFIGURED', 'UNSUPPORTED', 'MODULE_LOAD'])
    if (error.code === name) assert.equal(requests.length, 0)
  if (last?.signal && error.code === 'TIMEOUT') assert(last.signal.aborted, `${what}: the request continues after ${error.code}`)
}

/** Returns whether the error is what `fetch` rejected with. Checks that exactly values of control flow, and objects without credentials, do so. */
function passesThrough(last, error, what) {
  if (!last?.rejection) return false
  const { kind, reason } = last.rejection
  const isSame = Object.is(error, reason)
  if (isSame && Object(error) !== error) return false // an IncodeError is expected
  if (isSame) {
    assert(kind !== 'failure', `${what}: an error passed through`)
    if (kind === 'object') assert.equal(leak(error, credentials(last)), undefined, `${what}: an object with a credential passed through`)
    return true
  }
  if (error?.code === 'TIMEOUT') return false
  assert(kind !== 'controlFlow', `${what}: ${last.exchange.result.what} did not pass through`)
  // Escapes break a credential up.
  if (kind === 'object' && last.exchange.result.echo !== 'escaped')
    assert.notEqual(leak(reason, credentials(last)), undefined, `${what}: ${last.exchange.result.what} did not pass through`)
  return false
}

function credentials({ init: { headers } }) {
  return ['x-api-key', 'x-incode-hardware-id', 'authorization'].map((name) => headers[name]).filter(Boolean)
}

/** Checks that a cause is a copy of a few short strings, at most four deep. */
function checkCause(cause, last, what) {
  for (let depth = 0; Object(cause) === cause; depth++, cause = cause.cause) {
    assert(depth <= 3, `${what}: a cause of depth ${depth}`)
    assert(cause instanceof Error && cause !== last?.rejection?.reason, `${what}: the cause is a copy`)
    for (const name of Reflect.ownKeys(cause)) {
      const { value } = Object.getOwnPropertyDescriptor(cause, name)
      assert(['name', 'message', 'code', 'stack', 'cause'].includes(name), `${what}: cause.${String(name)}`)
      if (name !== 'cause') assert(['string', 'number'].includes(typeof value), `${what}: cause.${name} is ${typeof value}`)
      assert(!(value?.length > 2_000), `${what}: cause.${name} has ${value?.length} characters`)
    }
  }
  assert(!(cause?.length > 2_000), `${what}: the cause has ${cause?.length} characters`)
}

/** Checks that an error survives JSON. */
function checkJSON(core, error, what) {
  const json = JSON.stringify(error)
  const { name, ...fields } = JSON.parse(json)
  assert.equal(name, 'IncodeError')
  const { code, message, status, api, retryAfter, attempts } = error
  const expected = JSON.parse(JSON.stringify({ code, message, status, api, retryAfter, attempts }))
  assert(isDeepStrictEqual(fields, expected), `${what}: ${json}`)
  assert.equal(JSON.stringify(new core.IncodeError(JSON.parse(json))), json)
}

/** Checks that a start is repeated only after the API reported that it did nothing, a finish after temporary failures; both as often as allowed. */
function checkRetries(plan, requests, what) {
  if (!plan.junk) assert(requests.length <= 1 + (plan.retries ?? DEFAULT_RETRIES), `${what}: more than the retries allow`)
  for (const { status, retryAfter, isNetworkFailure, isOdd } of requests.slice(0, -1)) {
    const didNothing = status === 429 || (status === 503 && retryAfter !== undefined)
    const isTemporary = isNetworkFailure || [500, 502, 503, 504].includes(status)
    assert(didNothing || (plan.name === 'getFinishStatus' && (isTemporary || isOdd)), `${what}: repeated after ${status}`)
  }
}

function secretsOf({ plan }) {
  return [plan.apiKey, plan.token, plan.customHeaders?.['x-api-key'], plan.customHeaders?.authorization].filter(Boolean)
}
