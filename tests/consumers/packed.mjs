// The package as npm would publish it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const FILES = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'dist/incode_core.wasm',
  'dist/index.js',
  'dist/workerd.js',
  'index.d.ts',
  'package.json',
  'session/package.json',
]

/** Packs the package of a folder: where the tarball is, and what its files are. */
export async function pack(folder, destination) {
  await mkdir(destination, { recursive: true })
  const { stdout } = await run('npm', ['pack', folder, '--pack-destination', destination, '--json'])
  const packed = JSON.parse(stdout)
  const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed)
  return { tarball: join(destination, filename), files: files.map(({ path }) => path) }
}

/** Nothing is missing, and nothing is shipped by mistake. */
export function checkFiles({ files }) {
  assert.deepEqual([...files].sort(), FILES)
}

/** What tells the package's module apart in the output of any tool: a piece of the wasm, and a sentence of the facade. */
export async function marks({ tarball }) {
  const { stdout } = await run('tar', ['-xOf', tarball, 'package/dist/index.js'], { maxBuffer: 2 ** 24 })
  const embedded = stdout.match(/[A-Za-z0-9+/]{4000,}/)
  assert(embedded, 'dist/index.js embeds no wasm that can be told by its base64')
  return { wasm: embedded[0].slice(1000, 1060), facade: 'the WebAssembly module could not be loaded' }
}

export function count(text, mark) {
  return text.split(mark).length - 1
}
