// The package as npm would publish it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

const FILES = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'plugin/both.js',
  'plugin/core.js',
  'plugin/index.d.ts',
  'plugin/index.js',
  'plugin/session.js',
  'plugin/web.js',
  'dist/incode_core.wasm',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.js',
  'dist/workerd.js',
  'flow-module.d.ts',
  'flow.d.ts',
  'flow.js',
  'index.d.ts',
  'package.json',
  'session/package.json',
]

/** Packs the package of a folder: where the tarball is, and what its files are. */
export async function pack(folder, destination) {
  await mkdir(destination, { recursive: true })
  const { stdout } = await run('npm', ['pack', folder, '--pack-destination', destination, '--silent', '--json'])
  const packed = JSON.parse(stdout)
  const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed)
  return { tarball: join(destination, filename), files: files.map(({ path }) => path) }
}

/** What one module puts in force, the other uses. Nobody listens on port 1. */
const MIXED = `
  const required = ['incode-core', 'incode-core/session'].map(require)
  Promise.all([import('incode-core'), import('incode-core/session')]).then(async (imported) => {
    await required[0].setup({ apiURL: 'http://localhost:1', token: 'token-of-a-session', retries: 0 })
    const { code } = await imported[1].getFinishStatus().catch((error) => error)
    const instances = new Set([...required, ...imported].map(({ setup }) => setup)).size
    console.log(JSON.stringify({ instances, code }))
  })
`

/** What is asked of the package itself. */
export const checks = [
  {
    name: 'the same bytes from another folder',
    /** The crates that it stands on are not built again, they lie where they lay. */
    async alone({ packed }) {
      const copy = await mkdtemp(join(tmpdir(), 'incode-core-'))
      try {
        const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
          cwd: root,
          maxBuffer: 2 ** 24,
        })
        for (const file of stdout.split('\0').filter(Boolean)) await cp(join(root, file), join(copy, file)).catch(unlessDeleted)
        await symlink(join(root, 'pkg/node_modules'), join(copy, 'pkg/node_modules'))
        const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
        await run('npm', ['run', 'build'], {
          cwd: join(copy, 'pkg'),
          env: { ...process.env, CARGO_TARGET_DIR: target },
          maxBuffer: 2 ** 24,
        })
        const again = await pack(join(copy, 'pkg'), copy)
        const [one, other] = await Promise.all([packed, again].map(({ tarball }) => readFile(tarball)))
        assert(one.equals(other), 'two builds made two packages; if sources changed since the last `cargo xtask build`, that is why')
      } finally {
        await rm(copy, { recursive: true, force: true })
      }
    },
  },
  {
    name: 'files of the package',
    /** Nothing is missing, nothing is shipped by mistake, nothing tells whose machine it was made on. */
    async alone({ packed: { tarball, files } }) {
      assert.deepEqual([...files].sort(), FILES)
      const { stdout } = await run('tar', ['-xOf', tarball], { encoding: 'latin1', maxBuffer: 2 ** 26 })
      for (const folder of [root, `${homedir()}/`]) assert.equal(count(stdout, folder), 0, `a file names ${folder}`)
    },
  },
  {
    name: 'the name of the tarball',
    /** The same content has the same name, other content another, and without what has to be built nothing is packed. */
    async alone() {
      const copy = await mkdtemp(join(tmpdir(), 'incode-core-'))
      try {
        await cp(join(root, 'pkg'), copy, { recursive: true, filter: (path) => !path.includes('node_modules') && !path.endsWith('.tgz') })
        const packed = async () =>
          (await run('node', ['pack.mjs'], { cwd: copy })).stdout.match(/npm install @incodetech\/core@file:(.*\.tgz)\n/)[1]
        const first = await packed()
        assert.equal(await packed(), first)
        const bytes = await readFile(first)
        await writeFile(join(copy, 'index.d.ts'), '// other types')
        assert.notEqual(await packed(), first)
        assert(bytes.equals(await readFile(first)), 'what was packed before stays as it was')
        await rm(join(copy, 'dist'), { recursive: true })
        await assert.rejects(packed(), /cargo xtask package/)
      } finally {
        await rm(copy, { recursive: true, force: true })
      }
    },
  },
  { name: 'publint', alone: ({ packed }) => tool('publint', ['run', packed.tarball, '--strict']) },
  {
    name: 'are the types wrong',
    /** `incode-core/wasm` is no code; a bundler's plugin and the element's types are ES modules on purpose. */
    async alone({ packed }) {
      const modules = ['./plugin', './flow']
      await tool('attw', [packed.tarball, '--exclude-entrypoints', './wasm', ...modules])
      await tool('attw', [packed.tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--entrypoints', ...modules])
    },
  },
  {
    name: 'one instance for import and require',
    /** Without the option: a Node that can require an ES module. With it: one that can't, such as 20.18. */
    async alone({ packed }) {
      const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
      try {
        const home = join(folder, 'node_modules/incode-core')
        await mkdir(home, { recursive: true })
        await run('tar', ['-xf', packed.tarball, '-C', home, '--strip-components=1'])
        await writeFile(join(folder, 'mixed.cjs'), MIXED)
        for (const options of [[], ['--no-experimental-require-module']]) {
          const { stdout } = await run(process.execPath, [...options, 'mixed.cjs'], { cwd: folder })
          assert.deepEqual(JSON.parse(stdout), { instances: 1, code: 'NETWORK' }, `node ${options}`)
        }
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  },
]

async function tool(name, args) {
  await run(join(import.meta.dirname, 'node_modules/.bin', name), args).catch(({ stdout, stderr, message }) => {
    throw new Error(stdout + stderr || message)
  })
}

function unlessDeleted(error) {
  if (error.code !== 'ENOENT') throw error
}

/** What tells the package's module apart in the output of any tool: a piece of the embedded wasm, and a sentence of the facade. */
export async function marks({ tarball }) {
  const { stdout } = await run('tar', ['-xOf', tarball, 'package/dist/index.js'], { maxBuffer: 2 ** 24 })
  const [embedded = ''] = stdout.match(/(?<=')[^'\\\n]{4000,}(?=')/) ?? []
  // No tool has a reason to write these characters another way.
  const pieces = embedded.match(/[\w!#%&()*+,./:;=?@^|~-]{24,}/g) ?? []
  const wasm = pieces.toSorted((one, other) => new Set(other).size - new Set(one).size)[0]
  const marks = { wasm, facade: 'the WebAssembly module could not be loaded' }
  for (const [what, mark] of Object.entries(marks))
    assert.equal(mark && count(stdout, mark), 1, `dist/index.js has no mark for its ${what}`)
  return marks
}

export function count(text, mark) {
  return text.split(mark).length - 1
}
