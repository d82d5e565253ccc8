// Every assumption differs alone, at a server that is otherwise as assumed.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { groups } from '../../pkg/check/groups.js'
import { check, environment, KEY, ORIGIN } from './command.js'
import { makeToken, serve, session } from './server.js'

const isFinish = (kind) => kind.startsWith('finish')
const seconds = Math.round(Date.now() / 1000)

/** Changes the reply to requests of a kind. */
const on = (wanted, change) => (kind, reply, request, earlier) => (kind === wanted ? change(reply, request, earlier) : undefined)
const status = (value) => (reply) => {
  reply.status = value
}
const header = (name, value) => (reply) => {
  reply.headers[name] = value
}
const remove = (name) => (reply) => {
  delete reply.headers[name]
}
const field = (name, value) => (reply) => {
  if (value === undefined) delete reply.body[name]
  else reply.body[name] = value
}
const body = (value) => (reply) => {
  reply.body = value
}
const everyFinish = (change) => (kind, reply) => {
  if (isFinish(kind)) change(reply)
}

const FIELDS = Object.keys(session()).filter((name) => name !== 'token')

/** The row that differs, and changes that cause it. */
const CASES = {
  'start-status': {
    'status 201': on('start', status(201)),
    'status 204': on('start', (reply) => Object.assign(reply, { status: 204, body: '' })),
    'status 304': on('start', (reply) => Object.assign(reply, { status: 304, body: '' })),
  },
  'start-body': { 'a string': on('start', body('"session"')), null: on('start', body('null')) },
  'start-type': {
    'text/plain': on('start', header('content-type', 'text/plain')),
    'text/html with JSON': on('start', header('content-type', 'text/html')),
    'no content type': on('start', remove('content-type')),
  },
  token: {
    'a token of 400 characters': on('start', field('token', makeToken({ exp: seconds + 900, text: 'a'.repeat(300) }))),
    'a number': on('start', field('token', 12345678901234)),
    'letters that a header cannot contain': on('start', field('token', 'tökén-of-the-session')),
    'a line break': on('start', field('token', 'token\r\nx-header: 1')),
  },
  'token-jwt': {
    'an opaque token': on('start', field('token', 'opaque-token-of-the-session')),
    'a token without exp': on('start', field('token', makeToken({ sub: 'session' }))),
    'exp as a string': on('start', field('token', makeToken({ exp: `${seconds + 900}` }))),
  },
  'token-lifetime': {
    'exp in milliseconds': on('start', field('token', makeToken({ exp: (seconds + 900) * 1000 }))),
    'an expired token': on('start', field('token', makeToken({ exp: seconds - 900 }))),
  },
  ...Object.fromEntries(FIELDS.map((name) => [name, { missing: on('start', field(name)), null: on('start', field(name, null)) }])),
  'start-fields': { 'an unknown field': on('start', field('sessionType', 'new')) },
  'wrong-key-status': {
    'status 400': on('wrong-key', status(400)),
    'a session for a wrong key': on('wrong-key', (reply) => Object.assign(reply, { status: 200, body: session() })),
  },
  'error-body': {
    text: on('wrong-key', body('Unauthorized')),
    'a field of another type': on('wrong-key', field('timestamp', '2026-01-01')),
    'a missing field': on('wrong-key', field('path')),
  },
  'preflight-start': {
    'a header that is not allowed': on('preflight-start', header('access-control-allow-headers', 'content-type, api-version')),
    'another origin': on('preflight-start', header('access-control-allow-origin', 'https://another.site')),
    'no CORS headers': on('preflight-start', (reply) => Object.assign(reply, { headers: {} })),
    'status 403': on('preflight-start', status(403)),
    'a redirect': on('preflight-start', status(307)),
    'a connection that closes': on('preflight-start', (_, request) => Boolean(request.socket.destroy())),
  },
  'preflight-finish': {
    'a header that is not allowed': on('preflight-finish', header('access-control-allow-headers', 'api-version')),
    'status 404': on('preflight-finish', status(404)),
  },
  'preflight-max-age': { 'a word': on('preflight-finish', header('access-control-max-age', 'forever-and-a-day')) },
  'cors-response': {
    'another origin': on('wrong-key', header('access-control-allow-origin', 'https://another.site')),
    'two values': on('wrong-key', header('access-control-allow-origin', `${ORIGIN}, *`)),
  },
  'retry-after': { 'nothing exposed': on('wrong-key', header('access-control-expose-headers', 'date')) },
  'finish-token': { 'status 401': on('finish-token', status(401)) },
  'finish-zero': { 'status 404': on('finish-zero', status(404)) },
  'finish-key': { 'status 400': on('finish-key', status(400)) },
  'finish-body': { 'an array': everyFinish(body('[]')), empty: everyFinish(body('')) },
  'finish-type': { 'text/plain': everyFinish(header('content-type', 'text/plain')) },
  action: { 'an unknown value': everyFinish(field('action', 'maybe')), missing: everyFinish(field('action')) },
  scoreStatus: { 'lower case': everyFinish(field('scoreStatus', 'ok')) },
  redirectionUrl: { null: everyFinish(field('redirectionUrl', null)) },
  'finish-fields': {
    'an unknown field': everyFinish(field('score', 1)),
    'a field that is nested too deeply to compare': everyFinish((reply) => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000)
      reply.body = `{"action":"none","scoreStatus":"OK","redirectionUrl":"","deep":${deep}}`
    }),
    'names of Object.prototype': everyFinish(field('constructor', 1)),
  },
  'finish-repeat': {
    'another value': on('finish-token', (reply, _, earlier) => field('action', earlier > 0 ? 'approved' : 'none')(reply)),
    'status 409': on('finish-token', (reply, _, earlier) => (earlier > 0 ? status(409)(reply) : undefined)),
  },
  'finish-cors': { 'no CORS headers': everyFinish(remove('access-control-allow-origin')) },
  http: {
    'HTTP/1.0': on('wrong-key', (reply, request) => {
      const text = JSON.stringify(reply.body)
      const headers = Object.entries({ ...reply.headers, 'content-length': text.length }).map(([name, value]) => `${name}: ${value}`)
      request.socket.end(['HTTP/1.0 401 Unauthorized', ...headers, '', text].join('\r\n'))
      return true
    }),
  },
  redirects: { 'status 302': on('wrong-key', (reply) => Object.assign(reply, { status: 302, body: '' })) },
  compression: { 'a coding that was not requested': on('wrong-key', header('content-encoding', 'zstd')) },
  cookies: {
    'a cookie with the session': on('start', header('set-cookie', 'affinity=1; Path=/')),
    'a cookie with an error': on('wrong-key', header('set-cookie', ['one=1', 'two=2'])),
  },
}

for (const [row, changes] of Object.entries(CASES)) {
  for (const [name, change] of Object.entries(changes)) {
    test(`reports only ${row}: ${name}`, async () => {
      const { code, differing, stdout, stderr } = await checkServer(change)
      assert.deepEqual(differing, [row], stdout + stderr)
      assert.equal(code, 1)
    })
  }
}

/** Not an error: what the assumptions allow. */
const ACCEPTED = {
  'a server that is as assumed': () => {},
  'gzip, deflate and a body without a coding': (kind, reply) => {
    const codings = { 'wrong-key': ['gzip', gzipSync], 'finish-token': ['deflate', deflateSync] }
    const [coding, compress] = codings[kind] ?? []
    if (coding)
      Object.assign(reply, { headers: { ...reply.headers, 'content-encoding': coding }, body: compress(JSON.stringify(reply.body)) })
  },
  'a content type with a charset': (_, reply) => {
    if (reply.headers['content-type']) reply.headers['content-type'] = 'Application/JSON; charset=utf-8'
  },
  'the origin itself, a wildcard for headers, and no methods': (kind, reply) => {
    reply.headers['access-control-allow-origin'] = ORIGIN
    if (!kind.startsWith('preflight')) return
    reply.headers['access-control-allow-headers'] = '*'
    delete reply.headers['access-control-allow-methods']
  },
  'a token of 15 minutes': on('start', field('token', makeToken({ exp: seconds + 900 }))),
  'status 403 for a wrong key, and more fields in the error': on('wrong-key', (reply) => {
    status(403)(reply)
    field('requestId', 'a-request')(reply)
  }),
}

for (const [name, change] of Object.entries(ACCEPTED)) {
  test(`reports no difference: ${name}`, async () => {
    const { code, differing, report, stdout, stderr } = await checkServer(change)
    assert.deepEqual(differing, [], stdout + stderr)
    assert(report.rows.every(({ verdict }) => verdict === 'as assumed'))
    assert.equal(code, 0)
  })
}

test('names a section of docs/guarantees.md and has a line in docs/check.md for every row', async () => {
  const [guarantees, page] = await Promise.all(
    ['guarantees', 'check'].map((name) => readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')),
  )
  for (const { id, contract } of groups.flatMap(({ rows }) => rows)) {
    assert(guarantees.includes(`\n## ${contract}\n`), contract)
    assert(page.includes(`\`${id}\``), id)
  }
})

test('has a case for every row', () => {
  const rows = groups.flatMap(({ rows }) => rows.map(({ id }) => id))
  // These two need an address of their own: see address.test.js.
  assert.deepEqual(new Set(['address', 'tls', ...Object.keys(CASES)]), new Set(rows))
  assert.equal(new Set(rows).size, rows.length)
})

test('advises retries: 0 where a repeated call has another result', async () => {
  const { report } = await checkServer(CASES['finish-repeat']['another value'])
  assert(report.advice.some((line) => line.includes('retries: 0')))
})

async function checkServer(change) {
  const server = await serve(KEY, change)
  try {
    return await check(environment(server.address))
  } finally {
    server.close()
  }
}
