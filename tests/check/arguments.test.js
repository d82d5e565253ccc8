// The command line, the environment, the terminal and the file.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { COMMAND, environment, KEY, run } from './command.js'
import { serve } from './server.js'

// No server listens on port 1, so a check that starts fails in another way.
const NOWHERE = 'http://127.0.0.1:1'

async function usageError(words, env = environment(NOWHERE)) {
  const { code, stdout, stderr } = await run(words, env)
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /^[^\n]+ See incode-core check --help\.\n$/)
  return stderr.replace(' See incode-core check --help.\n', '')
}

test('prints help and the version without any variable', async () => {
  for (const words of [['--help'], ['-h'], ['help'], ['check', '--help'], ['check', '--origin', 'https://your.site', '--help']]) {
    const { code, stdout, stderr } = await run(words, { PATH: process.env.PATH })
    assert.equal(code, 0)
    assert.equal(stderr, '')
    for (const word of ['--origin', '--finish', '--json', '--timeout', 'INCODE_API_KEY', 'webhooks']) assert(stdout.includes(word), word)
  }
  const { version } = JSON.parse(await readFile(new URL('../../pkg/package.json', import.meta.url), 'utf8'))
  assert.equal((await run(['--version'], { PATH: process.env.PATH })).stdout, `${version}\n`)
})

const WRONG = {
  'no command': [[], /command is missing/],
  'another command': [['chekc'], /only command is check/],
  'an unknown option': [['check', '--verbose'], /Unknown option/],
  'a name of Object.prototype': [['check', '--constructor'], /Unknown option/],
  'the key as an argument': [['check', 'sk-1234567890'], /read from INCODE_API_KEY/],
  'the key as an option': [['check', '--api-key', 'sk-1234567890'], /read from INCODE_API_KEY/],
  'the key as a value': [['check', '--key=sk-1234567890'], /read from INCODE_API_KEY/],
  'an option twice': [['check', '--finish', '--finish'], /twice/],
  'a value for --finish': [['check', '--finish=no'], /--finish takes no value/],
  '--origin without a value': [['check', '--origin'], /--origin must be/],
  '--origin before another option': [['check', '--origin', '--finish'], /--origin must be/],
  'an origin without a scheme': [['check', '--origin', 'your.site'], /--origin must be/],
  'an origin with a path': [['check', '--origin', 'https://your.site/page'], /without a path/],
  'an origin with a query': [['check', '--origin', 'https://your.site?'], /--origin must be/],
  'an origin with a user': [['check', '--origin', 'https://me@your.site'], /--origin must be/],
  'an origin of another scheme': [['check', '--origin', 'file:///index.html'], /--origin must be/],
  'the origin null': [['check', '--origin=null'], /--origin must be/],
  'a wildcard': [['check', '--origin', '*'], /--origin must be/],
  'an origin with a line break': [['check', '--origin', 'https://your.site\r\nx-header: 1'], /--origin must be/],
  '--json without a file': [['check', '--json'], /--json needs/],
  'an empty file name': [['check', '--json='], /--json needs/],
  'a directory as the file': [['check', '--json', tmpdir()], /can't be written \(EISDIR\)/],
  'a file in a directory that does not exist': [['check', '--json', '/nowhere/report.json'], /can't be written \(ENOENT\)/],
  'a timeout of 0': [['check', '--timeout', '0'], /from 1 to 600/],
  'a timeout that is not a number': [['check', '--timeout', '1e2'], /from 1 to 600/],
  'a timeout that is too long': [['check', '--timeout=601'], /from 1 to 600/],
}

for (const [name, [words, expected]] of Object.entries(WRONG)) {
  test(`rejects ${name} and does not repeat it`, async () => {
    const message = await usageError(words)
    assert.match(message, expected)
    assert(!message.includes('sk-1234567890'), message)
  })
}

test('names each variable that is missing or empty', async () => {
  const all = await usageError(['check'], { PATH: process.env.PATH })
  assert.equal(all, 'INCODE_API_URL, INCODE_API_KEY and INCODE_CONFIGURATION_ID are required in the environment.')
  const one = await usageError(['check'], environment(NOWHERE, { INCODE_API_KEY: ' ' }))
  assert.equal(one, 'INCODE_API_KEY is required in the environment.')
})

for (const [name, changes, expected] of [
  ['an address without a scheme', { INCODE_API_URL: 'api.example' }, /^INCODE_API_URL /],
  ['http for a host that is not loopback', { INCODE_API_URL: 'http://api.example' }, /^INCODE_API_URL .*https/],
  ['an address with a query', { INCODE_API_URL: `https://api.example?key=${KEY}` }, /^INCODE_API_URL /],
  ['an address with a password', { INCODE_API_URL: 'https://me:PassW0rd-123@api.example' }, /^INCODE_API_URL /],
  ['a key that is not ASCII', { INCODE_API_KEY: 'schlüssel-für-mich' }, /^INCODE_API_KEY /],
  ['a key with a line break', { INCODE_API_KEY: 'one-line\nanother-line' }, /^INCODE_API_KEY /],
]) {
  test(`rejects ${name} before any request and does not repeat it`, async () => {
    const message = await usageError(['check'], environment(NOWHERE, changes))
    assert.match(message, expected)
    for (const secret of [KEY, 'PassW0rd-123', 'schlüssel', 'another-line']) assert(!message.includes(secret), message)
  })
}

test('accepts values with white space around them', () =>
  withAPI(async (address) => {
    const { code, stdout } = await run(['check'], environment(` ${address}/ `, { INCODE_API_KEY: `${KEY}\n` }))
    assert.equal(code, 0, stdout)
  }))

test('accepts options before the command, and --name=value', () =>
  withAPI(async (address) => {
    const { code, stdout } = await run(['--finish', 'check', '--origin=https://Your.Site/', '--timeout=20'], environment(address))
    assert.equal(code, 0, stdout)
    assert.match(stdout, /preflights from https:\/\/your\.site[ .]/)
    assert.match(stdout, /0 differs, 0 not checked/)
  }))

test('prints no escape sequence into a pipe', () =>
  withAPI(async (address) => {
    const { stdout, stderr } = await run(['check'], environment(address, { TERM: 'xterm-256color', FORCE_COLOR: '1' }))
    assert(!(stdout + stderr).includes('\x1b'))
  }))

test('prints colors in a terminal, except with NO_COLOR or TERM=dumb', () =>
  withAPI(async (address) => {
    const inTerminal = async (rest) => {
      const line = `${process.execPath} ${COMMAND} check`
      const env = environment(address, { TERM: 'xterm', ...rest })
      return (await promisify(execFile)('script', ['--quiet', '--return', '--command', line, '/dev/null'], { env })).stdout
    }
    const colored = await inTerminal({})
    assert(colored.includes('\x1b[32mas assumed'))
    for (const rest of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const plain = await inTerminal(rest)
      assert.match(plain, /0 differs/)
      assert(!plain.includes('\x1b'))
    }
  }))

test('ends without an error if the reader of its output ends', () =>
  withAPI(async (address) => {
    const line = `"${process.execPath}" "${COMMAND}" check | head -n 1`
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', line], { env: environment(address) })
    assert.match(stdout, /^incode-core [^\n]*\n$/)
    assert.equal(stderr, '')
  }))

test('ends with one sentence if the file cannot be written at the end', () =>
  withAPI(async (address) => {
    const { code, stderr } = await run(['check', '--json', '/dev/full'], environment(address))
    assert.equal(code, 2)
    assert.match(stderr, /^The file of --json can't be written \(ENOSPC\)\.[^\n]*\n$/)
  }))

test('replaces an existing report, and leaves no file behind for a wrong command line', () =>
  withAPI(async (address) => {
    const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
    try {
      const file = join(folder, 'report.json')
      await run(['check', '--json', file, '--finish=1'], environment(address))
      assert.deepEqual(await readdir(folder), [])
      await writeFile(file, 'an older report that is longer'.repeat(1000))
      const { code } = await run(['check', '--json', file], environment(address))
      assert.equal(code, 0)
      const { tool, versions, rows, advice, apiURL } = JSON.parse(await readFile(file, 'utf8'))
      assert.equal(tool, 'incode-core check')
      assert.deepEqual(versions.node, process.versions.node)
      assert.equal(apiURL, address)
      assert(advice.length > 0)
      for (const row of rows) assert.deepEqual(Object.keys(row), ['id', 'assumption', 'contract', 'verdict', 'seen'])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }))

async function withAPI(use) {
  const server = await serve(KEY)
  try {
    return await use(server.address)
  } finally {
    server.close()
  }
}
