import { KEY } from '../context.js'

const ACCEPTED = [
  ['https://api.example.com', 'https://api.example.com'],
  ['https://api.example.com/', 'https://api.example.com'],
  ['https://api.example.com/0', 'https://api.example.com/0'],
  ['https://api.example.com/0/', 'https://api.example.com/0'],
  ['https://api.example.com/a/b/0//', 'https://api.example.com/a/b/0'],
  ['https://api.example.com:8443/0', 'https://api.example.com:8443/0'],
  ['HTTPS://API.example.com/0', 'https://api.example.com/0'],
  ['https://localhost.evil.com', 'https://localhost.evil.com'],
  ['https://10.1.2.3', 'https://10.1.2.3'],
  ['https://[2001:db8::1]/0', 'https://[2001:db8::1]/0'],
  ['http://localhost', 'http://localhost'],
  ['http://localhost:8080/0', 'http://localhost:8080/0'],
  ['http://LOCALHOST/0', 'http://localhost/0'],
  ['http://api.localhost:8080', 'http://api.localhost:8080'],
  ['http://127.0.0.1:8080/0', 'http://127.0.0.1:8080/0'],
  ['http://127.255.255.254', 'http://127.255.255.254'],
  ['http://[::1]:8080/0', 'http://[::1]:8080/0'],
]

const REJECTED = [
  'api.example.com',
  '/0',
  './0',
  '//api.example.com',
  'localhost:8080',
  'null',
  'about:blank',
  'data:,x',
  'javascript:void 0',
  'ftp://api.example.com',
  'ws://localhost',
  'wss://api.example.com',
  'file:///omni',
  'blob:https://api.example.com/1',
  'http://api.example.com',
  'http://localhost.evil.com',
  'http://evil-localhost',
  'http://notlocalhost',
  'http://127.0.0.1.evil.com',
  'http://127.evil.com',
  'http://128.0.0.1',
  'http://0.0.0.0',
  'http://10.0.0.1',
  'http://192.168.0.1',
  'http://[::]',
  'http://[::2]',
  'http://[::ffff:127.0.0.1]',
  'https://user@api.example.com',
  'https://user:password@api.example.com',
  'https://:password@api.example.com',
  'http://localhost@evil.com',
  'https://@api.example.com',
  'https://api.example.com?',
  'https://api.example.com/?a=b',
  'https://api.example.com/0?a',
  'https://api.example.com/#',
  'https://api.example.com/#a',
  'https://api.example.com#',
  'https://',
  'https://:443',
  'https:///omni',
  'https://api.example.com:99999',
  'https://api example.com',
  'https://[::1',
  'https://%',
  'https:// ',
  ' ',
  '\n',
]

const rejected = REJECTED.map((apiURL) => ({
  name: `${JSON.stringify(apiURL)} is rejected, and no request is sent`,
  async run(t) {
    const core = await t.core()
    const calls = t.watchFetch()
    await t.rejectsArgument(core.setup({ apiURL }), 'apiURL', 'setup')
    await t.rejectsArgument(core.createSession(KEY, { configurationId: 'approved', apiURL }), 'apiURL', 'createSession')
    t.equal(calls, [])
  },
}))

const accepted = ACCEPTED.map(([apiURL, base]) => ({
  name: `${apiURL} is accepted, as a string and as a URL, and requests go to ${base}/omni/…`,
  async run(t) {
    const core = await t.core()
    const urls = t.mockAPI()
    for (const given of [apiURL, new URL(apiURL)]) {
      await core.setup({ apiURL: given, token: 'token' })
      await core.getFinishStatus()
      await core.createSession(KEY, { configurationId: 'approved' })
      await core.createSession(KEY, { configurationId: 'approved', apiURL: given })
    }
    const each = [`${base}/omni/finish-status`, `${base}/omni/start`, `${base}/omni/start`]
    t.equal(urls, [...each, ...each])
  },
}))

export default [
  ...accepted,
  ...rejected,
  {
    name: 'the message of a rejected apiURL does not repeat its password',
    async run(t) {
      const core = await t.core()
      const error = await t.rejectsArgument(core.setup({ apiURL: 'https://someone:hunter2@api.example.com' }), 'apiURL')
      t.ok(!error.message.includes('hunter2'), error.message)
    },
  },
]
