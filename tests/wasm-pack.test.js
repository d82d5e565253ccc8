// The commands of wasm-pack, at the root of the project. INCODE_WWW names the built server.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const DEFAULT = 'http://localhost:8080'
/** For builds that stop before anything of them runs. */
const UNOPTIMIZED = { CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', CARGO_PROFILE_RELEASE_LTO: 'off' }

/** Runs wasm-pack and returns what it printed, whether it failed or not. */
async function wasmPack(args, cwd, variables) {
  const { INCODE_TEST_API: _, ...rest } = process.env
  const env = { ...rest, CARGO_TARGET_DIR: target, ...variables }
  const { code = 0, stdout, stderr } = await run('wasm-pack', args, { cwd, env, maxBuffer: 2 ** 26 }).catch((error) => error)
  return { code, output: stdout + stderr }
}

async function contents(folder) {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const contents = files.map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name), 'latin1')])
  return Object.fromEntries(await Promise.all(contents))
}

const isListening = () =>
  fetch(`${DEFAULT}/healthz`).then(
    () => true,
    () => false,
  )

test('wasm-pack build names cargo xtask build and changes nothing', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'incode-core-'))
  try {
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 2 ** 24 })
    for (const file of stdout.split('\0').filter(Boolean)) {
      await cp(join(root, file), join(copy, file)).catch((error) => {
        if (error.code !== 'ENOENT') throw error // Deleted, but not yet committed.
      })
    }
    const before = await contents(copy)
    for (const profile of ['--release', '--dev']) {
      const { code, output } = await wasmPack(['build', profile], copy, UNOPTIMIZED)
      assert.notEqual(code, 0, output)
      assert.match(output, /cargo xtask build/)
      assert.deepEqual(await contents(copy), before)
    }
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})

test('wasm-pack test passes with the demo on its default port', async () => {
  // A demo that already runs there is used.
  const demo = (await isListening())
    ? undefined
    : spawn(process.env.INCODE_WWW, ['--log', 'warn'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    if (demo)
      await Promise.race([once(demo.stdout, 'data'), once(demo, 'exit').then(([code]) => assert.fail(`incode-www ended with ${code}`))])
    const { code, output } = await wasmPack(['test', '--headless', '--chrome'], root)
    assert.equal(code, 0, output)
    assert.match(output, /test result: ok\. [1-9]\d* passed; 0 failed/)
  } finally {
    demo?.kill()
  }
})

test('wasm-pack test says what is missing where nothing listens', async () => {
  const { code, output } = await wasmPack(['test', '--headless', '--chrome'], root, { INCODE_TEST_API: 'http://localhost:1' })
  assert.notEqual(code, 0, output)
  assert.match(output, /no sandbox listens on http:\/\/localhost:1: start one with `cargo xtask demo`/)
})
