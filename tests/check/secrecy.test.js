// Neither the API key nor a token reaches the terminal or the file, even if the API repeats them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Redactor } from '../../pkg/check/redactor.js'
import { check, environment, KEY } from './command.js'
import { makeToken, serve, session } from './server.js'

const TOKEN = makeToken({ sub: 'WQ0vJx8sKd3Lm5Pz', exp: Math.round(Date.now() / 1000) + 900 })

/** Another credential in a response. */
const OTHER = 'Rf6kTb2hYw9sGn4d'

/** Fails if eight characters in a row of a secret are in a string, in any case. */
function assertSecret(text, secrets = [KEY, TOKEN, OTHER]) {
  const lower = text.toLowerCase()
  for (const secret of secrets) {
    for (let start = 0; start + 8 <= secret.length; start += 1) {
      const piece = secret.slice(start, start + 8).toLowerCase()
      assert(!lower.includes(piece), `"${piece}" in\n${text}`)
    }
  }
}

const both = `${KEY} ${TOKEN}`
const pieces = [KEY.slice(3, 12), TOKEN.slice(40, 60), KEY.toUpperCase(), encodeURIComponent(KEY), TOKEN.split('.')[1]].join(' ')

/** Ways in which an API repeats credentials. Each also changes what the check sees, so that a row shows it. */
const ECHOES = {
  'the message of an error': (kind, reply) => {
    if (kind === 'wrong-key' || kind === 'finish-token') Object.assign(reply, { status: 400, body: { message: `no: ${both} ${pieces}` } })
  },
  'the message of a rejected start': (kind, reply) => {
    if (kind === 'start') Object.assign(reply, { status: 401, body: { message: `${KEY} ${KEY.slice(3, 12)}` } })
  },
  'an error, from another response': (kind, reply) => {
    if (kind === 'start') Object.assign(reply.body, { renewal: [{ refreshToken: OTHER }] })
    if (kind === 'wrong-key') Object.assign(reply, { status: 400, body: { message: OTHER } })
  },
  'names of fields': (kind, reply) => {
    if (kind === 'start' || kind.startsWith('finish') || kind === 'wrong-key')
      Object.assign(reply.body, { [KEY]: 1, [TOKEN]: 2, [pieces]: 3, timestamp: 1 })
  },
  'values of fields': (kind, reply) => {
    if (kind === 'start') Object.assign(reply.body, { env: KEY, clientId: TOKEN, interviewCode: KEY })
    if (kind.startsWith('finish'))
      Object.assign(reply.body, { action: TOKEN, scoreStatus: KEY, redirectionUrl: `https://a.example/?${both}` })
  },
  'the content type and the coding': (kind, reply) => {
    if (kind === 'start' || kind.startsWith('finish')) reply.headers['content-type'] = `text/plain; key="${both}"`
    if (kind === 'wrong-key') reply.headers['content-encoding'] = TOKEN
  },
  'a redirect': (kind, reply) => {
    if (kind === 'wrong-key' || kind.startsWith('finish'))
      Object.assign(reply, { status: 302, body: '' }).headers.location = `https://${KEY}.example/${TOKEN}?${KEY}`
  },
  cookies: (_, reply) => {
    reply.headers['set-cookie'] = [`${KEY}=${TOKEN}`, `${TOKEN}=1`]
  },
  'CORS headers': (kind, reply) => {
    if (kind.startsWith('preflight'))
      Object.assign(reply.headers, { 'access-control-allow-methods': both, 'access-control-max-age': TOKEN })
    else reply.headers['access-control-allow-origin'] = `https://${KEY}.example`
  },
  'Retry-After': (kind, reply) => {
    if (kind !== 'start') Object.assign(reply, { status: 429 }).headers['retry-after'] = both
  },
}

for (const [name, change] of Object.entries(ECHOES)) {
  test(`shows no credential that the API repeats in ${name}`, async () => {
    const server = await serve(KEY, (kind, reply) => {
      if (kind === 'start') reply.body = { ...session(), token: TOKEN }
      change(kind, reply)
    })
    try {
      const { stdout, stderr, file, differing } = await check(environment(server.address))
      assert(differing.length > 0)
      assert(stdout.includes('[redacted]'), stdout)
      assertSecret(stdout + stderr + file)
    } finally {
      server.close()
    }
  })
}

test('shows no control character or direction mark that the API sends', async () => {
  const marks = '\x1b[31m\u202e\u2028\u0000\x9b'
  const server = await serve(KEY, (kind, reply) => {
    if (kind === 'start') reply.body[`field${marks}`] = 1
    if (kind === 'wrong-key') reply.body.message = `message${marks}`
  })
  try {
    const { stdout, file } = await check(environment(server.address))
    assert.match(stdout, /field\?\[31m/)
    for (const mark of '\x1b\u202e\u2028\u0000\x9b') assert(!(stdout + file).includes(mark))
  } finally {
    server.close()
  }
})

test('redacts pieces of eight characters, in any case, and encoded forms', () => {
  const redactor = new Redactor()
  redactor.add('abcd+EFGH/1234')
  for (const [text, expected] of [
    ['key abcd+EFGH/1234!', 'key [redacted]!'],
    ['ABCD+efg', '[redacted]'],
    ['abcd+EF', 'abcd+EF'],
    ['x=abcd%2BEFGH%2F1234', 'x=[redacted]'],
    [Buffer.from('abcd+EFGH/1234').toString('base64'), '[redacted]='],
    ['İİİ abcd+EFGH', 'İİİ [redacted]'],
    ['abcd+EFGH abcd+EFGH', '[redacted] [redacted]'],
  ]) {
    assert.equal(redactor.redact(text), expected)
  }
})

test('redacts a short secret where it is a word of its own', () => {
  const redactor = new Redactor()
  redactor.add('abc')
  assert.equal(redactor.redact('abc, "ABC" and abcd'), '[redacted], "[redacted]" and abcd')
})

test('redacts names, strings and numbers of a value for JSON', () => {
  const redactor = new Redactor()
  redactor.add('1234567890')
  const value = { 'name 1234567890': [1234567890, 12, true, null, { deep: '12345678' }] }
  assert.deepEqual(redactor.redactAll(value), { 'name [redacted]': ['[redacted]', 12, true, null, { deep: '[redacted]' }] })
})

test('redacts any JSON Web Token', () => {
  assert.equal(new Redactor().redact(`token ${makeToken()} end`), 'token [redacted] end')
})

test('redacts the user, the password and the query of an INCODE_API_URL', () => {
  const redactor = new Redactor()
  const INCODE_API_URL = 'https://some-user:some-password@api.example/path?some-key=some-value'
  redactor.addEnvironment({ INCODE_API_URL })
  assert.equal(redactor.redact('some-password some-user some-value api.example'), '[redacted] [redacted] [redacted] api.example')
})
