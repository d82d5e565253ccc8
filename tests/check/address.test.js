// Addresses: TLS, end-to-end encryption, and the ways in which no API responds. Each ends with one sentence.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { address } from '../../pkg/check/groups/address.js'
import { judge } from '../../pkg/check/verdict.js'
import { check, environment, KEY, run } from './command.js'
import { serve } from './server.js'

const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
const certificate = join(folder, 'certificate.pem')
let secure

before(async () => {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', certificate]
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files])
  secure = { key: await readFile(join(folder, 'key.pem')), cert: await readFile(certificate) }
})
after(() => rm(folder, { recursive: true, force: true }))

/** Runs the check, which must end with exit code 2 and one sentence on stderr. Returns the sentence. */
async function sentenceFor(env, words = []) {
  const { code, stderr, stdout } = await run(['check', ...words], env)
  assert.equal(code, 2, stdout + stderr)
  assert.match(stderr, /^[^\n]+\.\n$/)
  assert.doesNotMatch(stderr, / at .*:\d+:\d+|undefined/)
  return stderr
}

async function withServer(change, secureOptions, use) {
  const server = await serve(KEY, change, secureOptions)
  try {
    return await use(server)
  } finally {
    server.close()
  }
}

/** Runs `use` with a server that handles raw connections. */
async function withSockets(onConnection, use) {
  const server = createServer(onConnection).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    return await use(server.address().port)
  } finally {
    server.close()
  }
}

test('reports TLS and its certificate', () =>
  withServer(undefined, secure, async ({ address }) => {
    const { code, report, stdout, stderr } = await check(environment(address, { NODE_EXTRA_CA_CERTS: certificate }))
    assert.equal(code, 0, stdout + stderr)
    assert.match(report.rows.find(({ id }) => id === 'tls').seen, /^TLSv1\.[23], certificate valid until \d{4}-\d\d-\d\d$/)
  }))

test('reports only tls: a certificate that Node.js was set to accept', () =>
  withServer(undefined, secure, async ({ address }) => {
    const { code, differing } = await check(environment(address, { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' }))
    assert.deepEqual(differing, ['tls'])
    assert.equal(code, 1)
  }))

test('reports only address: a host for end-to-end encryption', () => {
  const [row] = address.rows
  const verdictOf = (apiURL) => judge(row, { target: { apiURL } }, []).verdict
  assert.equal(verdictOf('https://demo-e2ee-api.incodesmile.com'), 'differs')
  assert.equal(verdictOf('https://demo-api.incodesmile.com'), 'as assumed')
})

test('ends for an untrusted certificate, before it sends the key', () =>
  withServer(undefined, secure, async ({ address, counts }) => {
    assert.match(
      await sentenceFor(environment(address)),
      /^TLS with 127\.0\.0\.1:\d+ failed \(DEPTH_ZERO_SELF_SIGNED_CERT\): check its certificate;/,
    )
    assert.deepEqual(counts, {})
  }))

test('ends for a server without TLS', () =>
  withServer(undefined, undefined, async ({ port }) => {
    assert.match(await sentenceFor(environment(`https://127.0.0.1:${port}`)), /^TLS with .* may not use TLS\./)
  }))

test('ends for an address where no server listens', async () => {
  const port = await withSockets(
    () => {},
    (port) => port,
  )
  const sentence = await sentenceFor(environment(`http://127.0.0.1:${port}`))
  assert.equal(sentence, `No server listens at 127.0.0.1, port ${port}: check INCODE_API_URL.\n`)
})

test('ends for a host name that does not exist', async () => {
  assert.match(await sentenceFor(environment('https://the-api.invalid')), /^The host name the-api\.invalid can't be resolved/)
})

test('mentions a proxy that is set and not used', async () => {
  const sentence = await sentenceFor(environment('https://the-api.invalid', { HTTPS_PROXY: 'http://127.0.0.1:1' }))
  assert.match(sentence, /HTTPS_PROXY is set/)
})

test('ends for a server that closes each connection', () =>
  withSockets(
    (socket) => socket.once('data', () => socket.destroy()),
    async (port) => {
      assert.match(await sentenceFor(environment(`http://127.0.0.1:${port}`)), /closed the connection without a response/)
    },
  ))

test('ends for a server that does not speak HTTP', () =>
  withSockets(
    (socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'),
    async (port) => {
      await sentenceFor(environment(`http://127.0.0.1:${port}`))
    },
  ))

for (const [name, status, type] of [
  ['a proxy', 200, 'text/html'],
  ['a firewall', 403, 'text/html; charset=utf-8'],
  ['a website without a content type', 404, ''],
]) {
  test(`ends for the HTML page of ${name}`, () => {
    const change = (_, reply) =>
      Object.assign(reply, { status, headers: type ? { 'content-type': type } : {}, body: '<!DOCTYPE html><title>Sign in</title>' })
    return withServer(change, undefined, async ({ address }) => {
      const sentence = await sentenceFor(environment(address))
      assert.match(sentence, /responded with an HTML page \(status \d{3}\)/)
    })
  })
}

for (const kind of ['start', 'wrong-key', 'preflight-start', 'finish-token']) {
  test(`ends after --timeout if there is no response: ${kind}`, () => {
    const change = (actual) => actual === kind
    return withServer(change, undefined, async ({ address }) => {
      const sentence = await sentenceFor(environment(address), ['--timeout', '1', '--finish', '--origin', 'https://your.site'])
      assert.match(sentence, /is too slow: the check took longer than 1 s/)
    })
  })
}

test('writes the rows so far, and the reason, to the file when it ends early', () =>
  withServer(
    (kind) => kind === 'wrong-key',
    undefined,
    async ({ address }) => {
      const { report } = await check(environment(address), ['--timeout', '5'])
      assert.match(report.stopped, /too slow/)
      assert.equal(report.rows.find(({ id }) => id === 'start-status').verdict, 'as assumed')
    },
  ))

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  test(`ends with exit code ${code} and one sentence on ${signal}`, () =>
    withServer(
      (kind) => kind === 'wrong-key',
      undefined,
      async ({ address }) => {
        let isSent = false
        const result = await run(['check'], environment(address), (child, { stdout }) => {
          if (isSent || !stdout.includes('Start with a wrong API key')) return
          isSent = true
          child.kill(signal)
        })
        assert.equal(result.code, code)
        assert.equal(result.stderr, 'Interrupted before the check was complete.\n')
      },
    ))
}
