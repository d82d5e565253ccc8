import { KEY, SANDBOX_KEY, TOKEN } from '../context.js'
import { STRING_OPTIONS } from './options.js'

/** Headers that engines add. */
const ENGINE_HEADERS =
  /^(accept|accept-encoding|accept-language|cache-control|connection|content-length|host|origin|pragma|priority|referer|sec-.*|user-agent|dnt|te|upgrade-insecure-requests)$/

const own = ({ headers }) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ENGINE_HEADERS.test(name))
      .sort(),
  )

const ALL = {
  ...Object.fromEntries(STRING_OPTIONS.map((name) => [name, `${name}: ü "&=`])),
  configurationId: 'approved',
  redirectionUrl: 'https://shop.example/?a=b&c',
  customFields: { 'a b': '"quoted"', __proto: 'x' },
}

const flowIds = [null, undefined, ''].map((flowId) => ({
  name: `a flowId of ${JSON.stringify(flowId)} means none`,
  async run(t) {
    const core = await t.ready('', { token: await t.token() })
    await core.getFinishStatus(flowId)
    const [{ path, query }] = await t.requests()
    t.equal([path, query], ['/omni/finish-status', ''])
  },
}))

export default [
  {
    name: 'start is a POST of the options under the same names, with key, version and content type',
    async run(t) {
      const core = await t.ready()
      await core.createSession(SANDBOX_KEY, ALL)
      const [request, ...more] = await t.requests()
      t.equal(more, [])
      t.equal([request.method, request.path, request.query], ['POST', '/omni/start', ''])
      t.equal(own(request), { 'api-version': '1.0', 'content-type': 'application/json', 'x-api-key': SANDBOX_KEY })
      t.equal(JSON.parse(request.body), ALL)
    },
  },
  {
    name: 'options of the call itself are not sent, absent options are absent',
    async run(t) {
      const core = await t.ready()
      await core.createSession(SANDBOX_KEY, {
        configurationId: 'approved',
        language: null,
        apiURL: t.api('/0'),
        timeout: 9_000,
        retries: 1,
        signal: new AbortController().signal,
      })
      const [{ body }] = await t.requests()
      t.equal(body, '{"configurationId":"approved"}')
    },
  },
  {
    name: 'finish-status is a GET with token and version, and without a key',
    async run(t) {
      const token = await t.token()
      const core = await t.ready('', { token })
      await core.getFinishStatus('flow-1')
      const [request, ...more] = await t.requests()
      t.equal(more, [])
      t.equal([request.method, request.path, request.query, request.body], ['GET', '/omni/finish-status', 'flowId=flow-1', ''])
      t.equal(own(request), { 'api-version': '1.0', 'x-incode-hardware-id': token })
    },
  },
  ...flowIds,
  {
    name: 'a flowId is percent-encoded',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const flowId = 'a b&c=d/é?#+%20\u{1f600}"<>\'(){}'
      await core.getFinishStatus(flowId)
      const [{ path, query }] = await t.requests()
      t.equal(path, '/omni/finish-status')
      t.ok(/^flowId=[\w%.!~*'()-]+$/.test(query), query)
      t.equal(decodeURIComponent(query.slice('flowId='.length)), flowId)
    },
  },
  {
    name: 'customHeaders are added to every request',
    async run(t) {
      const core = await t.ready('', { token: await t.token(), customHeaders: { 'X-Trace': 'abc', 'x-tenant': 'shop 1' } })
      await core.getFinishStatus()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      for (const { headers } of await t.requests()) t.equal([headers['x-trace'], headers['x-tenant']], ['abc', 'shop 1'])
    },
  },
  {
    name: 'an x-api-key in customHeaders goes with finish-status, and is replaced by the apiKey of createSession',
    async run(t) {
      const core = await t.ready('', { token: await t.token(), customHeaders: { 'X-Api-Key': KEY } })
      const calls = t.watchFetch()
      await core.getFinishStatus()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      t.equal(t.keys(calls), [KEY, SANDBOX_KEY])
      t.ok(
        (await t.requests()).every(({ headers }) => headers['x-api-key']),
        'both went out with a key',
      )
    },
  },
  {
    name: 'an apiURL that ends in /0 keeps its path',
    async run(t) {
      const core = await t.ready('/0/', { token: await t.token() })
      await core.getFinishStatus()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      t.equal(
        (await t.requests()).map(({ path }) => path),
        ['/0/omni/finish-status', '/0/omni/start'],
      )
    },
  },
  {
    name: 'sends no cookies, follows no redirect and bypasses the cache',
    async run(t) {
      const core = await t.ready('', { token: await t.token() })
      const calls = t.watchFetch()
      await core.getFinishStatus()
      await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      for (const [, init] of calls) {
        t.equal(init.credentials, 'omit')
        t.ok(['manual', 'error'].includes(init.redirect), init.redirect)
      }
      t.equal(calls[0][1].cache, 'no-store')
    },
  },
  {
    name: 'neither call follows a redirect',
    async run(t) {
      const core = await t.ready('/fault/redirect')
      await t.rejects(core.getFinishStatus(), { code: 'NETWORK', message: /redirect/, attempts: 1 })
      await t.rejects(core.createSession(KEY, { configurationId: 'approved' }), { code: 'NETWORK', message: /redirect/, attempts: 1 })
      t.equal(
        (await t.requests()).map(({ path }) => path),
        ['/fault/redirect/omni/finish-status', '/fault/redirect/omni/start'],
      )
    },
  },
  {
    name: 'contacts only the API',
    async run(t) {
      const calls = t.watchFetch()
      if (t.runtime === 'page') {
        const unexpected = () => calls.push(['a request without fetch'])
        t.patch(navigator, 'sendBeacon', unexpected)
        t.patch(globalThis, 'XMLHttpRequest', unexpected)
        t.patch(globalThis, 'WebSocket', unexpected)
        t.patch(globalThis, 'Image', unexpected)
      }
      const core = await t.core()
      await core.preload()
      await core.setup({ apiURL: t.api() })
      await core.initializeSession({ token: TOKEN })
      t.equal(calls, [])
      const { token } = await core.createSession(SANDBOX_KEY, { configurationId: 'approved' })
      await core.getFinishStatus(null, { token })
      await t.thrown(core.getFinishStatus(null, { token: 'unknown' }))
      t.equal(
        calls.map(([url]) => String(url)),
        ['start', 'finish-status', 'finish-status'].map((end) => t.api(`/omni/${end}`)),
      )
    },
  },
  {
    name: 'every createSession makes a new session, nothing is cached',
    async run(t) {
      const core = await t.ready()
      const options = { configurationId: 'approved', externalId: 'same' }
      const sessions = [
        await core.createSession(SANDBOX_KEY, options),
        ...(await Promise.all([1, 2].map(() => core.createSession(SANDBOX_KEY, options)))),
      ]
      t.equal(new Set(sessions.map(({ token }) => token)).size, 3)
      t.equal((await t.requests()).length, 3)
    },
  },
]
