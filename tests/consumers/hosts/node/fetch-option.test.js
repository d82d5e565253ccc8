// The `fetch` option: a call uses its own, then that of `setup`, then the global one at call time.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { after, afterEach, describe, test } from 'node:test'
import * as core from 'incode-core'
import nodeFetch from 'node-fetch'
import * as undici from 'undici'
import { tour } from './tour.cjs'

const nodeFetch2 = createRequire(import.meta.url)('node-fetch-2')
const apiURL = process.env.INCODE_API_URL
const apiKey = process.env.INCODE_API_KEY
const { fetch } = globalThis
afterEach(() => {
  globalThis.fetch = fetch
})

/** Reserves the global fetch for the tour's own steps. */
function reserveGlobalFetch() {
  globalThis.fetch = (url, init) => (/start$|finish-status/.test(url) ? assert.fail(`the global fetch got ${url}`) : fetch(url, init))
}

const tunnels = []
const proxy = createServer().listen(0, '127.0.0.1')
proxy.on('connect', ({ url }, client, head) => {
  tunnels.push(url)
  const [host, port] = url.split(':')
  const upstream = connect(port, host, () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    upstream.write(head)
    upstream.pipe(client).pipe(upstream)
  })
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ]) {
    socket.on('error', () => other.destroy())
  }
})
await once(proxy, 'listening')
const proxyAgent = new undici.ProxyAgent({ uri: `http://127.0.0.1:${proxy.address().port}`, proxyTunnel: true })
after(async () => {
  await proxyAgent.destroy()
  proxy.close()
  proxy.closeAllConnections()
})

const fetches = {
  'undici with a ProxyAgent': (url, init) => undici.fetch(url, { ...init, dispatcher: proxyAgent }),
  'undici as it is': undici.fetch,
  'node-fetch 3': nodeFetch,
  'node-fetch 2': nodeFetch2,
}

/** In node-fetch 2, `text()` of a body that is cut stays pending. */
const without = { 'node-fetch 2': ['rejects a response that is cut or too long'] }

for (const [name, option] of Object.entries(fetches)) {
  describe(name, () => {
    const api = `${apiURL}-option-${name.replace(/\W+/g, '-')}`

    test('per call', async () => {
      reserveGlobalFetch()
      const perCall = {
        ...core,
        createSession: (key, options) => core.createSession(key, { ...options, fetch: option }),
        getFinishStatus: (flowId, options) => core.getFinishStatus(flowId, { ...options, fetch: option }),
      }
      await tour(perCall, api, without[name])
    })

    test('of setup', async () => {
      reserveGlobalFetch()
      await core.setup({ apiURL: api, fetch: option })
      const ofSetup = { ...core, setup: (options) => core.setup({ ...options, fetch: option }) }
      await tour(ofSetup, `${api}-setup`, without[name])
      await core.setup({})
    })
  })
}

test('every request of the ProxyAgent went through the proxy', () => {
  assert(tunnels.length > 0)
  assert.deepEqual([...new Set(tunnels)], [new URL(apiURL).host])
})

test('undici with a MockAgent', async () => {
  const agent = new undici.MockAgent()
  agent.disableNetConnect()
  const pool = agent.get('https://api.example')
  const json = { headers: { 'content-type': 'application/json' } }
  pool.intercept({ path: '/omni/start', method: 'POST', headers: { 'x-api-key': 'a-key' } }).reply(200, { token: 'mocked-token' }, json)
  pool.intercept({ path: '/omni/finish-status', headers: { 'x-incode-hardware-id': 'mocked-token' } }).reply(503, {}, json)
  pool
    .intercept({ path: '/omni/finish-status', headers: { 'x-incode-hardware-id': 'mocked-token' } })
    .reply(200, { action: 'approved' }, json)
  const options = { apiURL: 'https://api.example', fetch: (url, init) => undici.fetch(url, { ...init, dispatcher: agent }) }
  const { token } = await core.createSession('a-key', { ...options, configurationId: 'c' })
  assert.equal(token, 'mocked-token')
  assert.deepEqual(await core.getFinishStatus(null, { ...options, token }), {
    action: 'approved',
    scoreStatus: 'UNKNOWN',
    redirectionUrl: '',
  })
  agent.assertNoPendingInterceptors()
  const error = await core.createSession('a-key', { ...options, configurationId: 'c' }).catch((error) => error)
  assert.deepEqual([error.code, error.attempts], ['NETWORK', 1])
  await agent.close()
})

test('a call overrides setup, and setup overrides the global fetch', async () => {
  const used = []
  const named = (name) => async () => ({ status: 200, json: async () => ({ token: name, via: used.push(name) }) })
  const start = async (options) => (await core.createSession(apiKey, { configurationId: 'c', ...options })).token
  globalThis.fetch = named('global')
  await core.setup({ apiURL, fetch: named('setup') })
  assert.equal(await start({ fetch: named('call') }), 'call')
  assert.equal(await start(), 'setup')
  assert.equal(await start({ apiURL: 'https://other.example' }), 'setup')
  assert.equal(await start({ fetch: null }), 'setup')
  assert.equal(await start({ fetch: undefined }), 'setup')
  await core.setup({})
  assert.equal(await start(), 'global')
  globalThis.fetch = named('later global')
  assert.equal(await start(), 'later global')
  assert.deepEqual(used, ['call', 'setup', 'setup', 'setup', 'setup', 'global', 'later global'])
})

test('is called as a plain function with a string and a plain object', async () => {
  let receiver = 'none'
  let args
  const option = function (...given) {
    receiver = this
    args = given
    return Promise.resolve(new Response('{"token":"t"}'))
  }
  await core.createSession(apiKey, { configurationId: 'c', apiURL: new URL(apiURL), fetch: option })
  assert.equal(receiver, undefined)
  const [url, init, ...rest] = args
  assert.deepEqual([url, rest], [`${apiURL}/omni/start`, []])
  for (const value of [init, init.headers]) assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert(Object.hasOwn(init.headers, 'x-api-key') && `${init.headers}` === '[object Object]')
})

test('an option that is not a function is rejected', async () => {
  for (const option of ['fetch', 5, {}, true]) {
    for (const call of [
      () => core.createSession(apiKey, { configurationId: 'c', apiURL, fetch: option }),
      () => core.getFinishStatus(null, { apiURL, token: 't', fetch: option }),
      () => core.setup({ apiURL, fetch: option }),
    ]) {
      const { code, message } = await call().then(assert.fail, (error) => error)
      assert.equal(code, 'INVALID_ARGUMENT')
      assert.match(message, /fetch/)
    }
  }
})

test('no fetch at all: the message says so, after no request', async () => {
  globalThis.fetch = undefined
  const error = await core.getFinishStatus(null, { apiURL, token: 't' }).catch((error) => error)
  assert.equal(error.code, 'NETWORK')
  assert.match(error.message, /fetch/)
  assert(!('attempts' in error))
})
