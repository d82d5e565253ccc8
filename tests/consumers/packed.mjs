// The package as npm would publish it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ejs from 'ejs'
import nunjucks from 'nunjucks'
import { visit } from './browser.mjs'
import { listen } from './site.mjs'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

const FILES = [
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'check/advice.js',
  'check/arguments.js',
  'check/command.js',
  'check/connection.js',
  'check/describe.js',
  'check/exchange.js',
  'check/groups.js',
  'check/groups/address.js',
  'check/groups/finish.js',
  'check/groups/page.js',
  'check/groups/responses.js',
  'check/groups/start.js',
  'check/groups/wrong-key.js',
  'check/help.js',
  'check/redactor.js',
  'check/report.js',
  'check/stop.js',
  'check/terminal.js',
  'check/verdict.js',
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
  'plugin/both.js',
  'plugin/core.js',
  'plugin/index.d.ts',
  'plugin/index.js',
  'plugin/session.js',
  'plugin/web.js',
  'session/package.json',
]

/** Packs the package of a folder. Returns the path of the tarball and the names of its files. */
export async function pack(folder, destination) {
  await mkdir(destination, { recursive: true })
  const { stdout } = await run('npm', ['pack', folder, '--pack-destination', destination, '--silent', '--json'])
  const packed = JSON.parse(stdout)
  const [{ filename, files }] = Array.isArray(packed) ? packed : Object.values(packed)
  return { tarball: join(destination, filename), files: files.map(({ path }) => path) }
}

/** Ways in which pages get a script pasted into them. */
const MARK = '<!-- script -->'
const TEMPLATES = {
  'String.prototype.replace': (code) => `<head>${MARK}</head>`.replace(MARK, code).slice('<head>'.length, -'</head>'.length),
  'String.prototype.replace with a regular expression': (code) => '(mark)'.replace(/\((mark)\)/, code),
  nunjucks: (code) => nunjucks.renderString(code, {}),
  ejs: (code) => ejs.render(code, {}),
  'a template literal': (code) => new Function(`return String.raw\`${code}\``)(),
}

/** The longest line of code that an uncaught error may print. */
const MAX_LINE = 1000

/** A setting that one module stores, the other uses. No server listens on port 1. */
const MIXED = `
  const required = ['incode-core', 'incode-core/session'].map(require)
  Promise.all([import('incode-core'), import('incode-core/session')]).then(async (imported) => {
    await required[0].setup({ apiURL: 'http://localhost:1', token: 'token-of-a-session', retries: 0 })
    const { code } = await imported[1].getFinishStatus().catch((error) => error)
    const instances = new Set([...required, ...imported].map(({ setup }) => setup)).size
    console.log(JSON.stringify({ instances, code }))
  })
`

/** Checks of the package itself. */
export const checks = [
  {
    name: 'the same bytes from another folder',
    /** Builds in a copy of the repository, without compiling its dependencies again. */
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
        assert(one.equals(other), 'two builds made two packages; run `cargo xtask build` if sources have changed since the last build')
      } finally {
        await rm(copy, { recursive: true, force: true })
      }
    },
  },
  {
    name: 'files of the package',
    /** Checks that no file is missing or shipped by mistake, and that none contains a path of the machine that built it. */
    async alone({ packed: { tarball, files } }) {
      assert.deepEqual([...files].sort(), FILES)
      const { stdout } = await run('tar', ['-xOf', tarball], { encoding: 'latin1', maxBuffer: 2 ** 26 })
      for (const folder of [root, `${homedir()}/`]) assert.equal(count(stdout, folder), 0, `a file names ${folder}`)
    },
  },
  {
    name: 'the file pasted into templates',
    async alone({ packed: { tarball }, browser }) {
      const code = await shipped(tarball, 'dist/index.js')
      for (const [way, paste] of Object.entries(TEMPLATES)) assert(paste(code) === code, `${way} changed the file`)

      // The sequences that the ways above and others give a meaning, such as Liquid, Handlebars and shells.
      for (const file of ['dist/index.js', 'dist/index.cjs', 'dist/workerd.js']) {
        const text = await shipped(tarball, file)
        const found = text.match(/`|\$[$&'<{\d]|\{\{|\{%|\{#|<%|<\?|<!--|<\/?script/gi) ?? []
        assert.deepEqual(found, [], file)
      }

      const use = "window.outcome = setup({ apiURL: 'https://the-api.example' }).then(() => 'set up')"
      const page = `<!doctype html><link rel="icon" href="data:,"><script type="module">${code};${use}</script>`
      const { address, close } = await listen((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(page))
      try {
        const { result, complaints } = await visit(browser, address)
        assert.deepEqual({ result, complaints }, { result: 'set up', complaints: [] })
      } finally {
        close()
      }
    },
  },
  {
    name: 'the line that an uncaught error prints',
    /** Checks that the line is code and not the module, in each file that is shipped. */
    async alone({ packed, marks }) {
      for (const file of packed.files.filter((file) => /\.c?js$/.test(file))) {
        const long = (await shipped(packed.tarball, file)).split('\n').filter((line) => line.length > MAX_LINE)
        assert(
          long.every((line) => line.includes(marks.wasm) && line.length < 100 + line.match(/'.*'/)[0].length),
          `${file} has a long line of code`,
        )
      }
      await installed(packed, async (folder) => {
        const name = 'throws'
        await writeFile(join(folder, `${name}.mjs`), "import { setup } from 'incode-core'; await setup({})")
        await writeFile(join(folder, `${name}.cjs`), "require('incode-core/session').setup({})")
        for (const options of [[], ['--no-experimental-require-module']]) {
          for (const ending of ['mjs', 'cjs']) {
            const { code, stderr } = await run(process.execPath, [...options, `${name}.${ending}`], { cwd: folder }).catch((error) => error)
            assert.equal(code, 1)
            assert.match(stderr, /IncodeError: .*apiURL/)
            assert(Math.max(...stderr.split('\n').map((line) => line.length)) <= MAX_LINE, stderr.slice(0, 2000))
          }
        }
      })
    },
  },
  {
    name: 'the name of the tarball',
    /**
     * Checks that the same content has the same name, and other content another. Nothing is packed if a file or a condition is missing.
     */
    async alone() {
      const copy = await mkdtemp(join(tmpdir(), 'incode-core-'))
      try {
        const isSource = (path) => !path.includes('node_modules') && !path.endsWith('.tgz')
        for (const folder of ['pkg', 'www/public/flow']) {
          await cp(join(root, folder), join(copy, folder), { recursive: true, filter: isSource })
        }
        const pkg = join(copy, 'pkg')
        const packed = async () =>
          (await run('node', ['build/pack.mjs'], { cwd: pkg })).stdout.match(
            /npm install @incodetech\/core@file:(\S*\.tgz) @incodetech\/web@/,
          )[1]
        const first = await packed()
        assert.equal(await packed(), first)
        const bytes = await readFile(first)
        await writeFile(join(pkg, 'index.d.ts'), '// other types')
        assert.notEqual(await packed(), first)
        assert(bytes.equals(await readFile(first)), 'an older tarball stays as it was')
        const manifest = JSON.parse(await readFile(join(pkg, 'package.json'), 'utf8'))
        const { workerd, ...rest } = manifest.exports['./session']
        const incomplete = { ...manifest, exports: { ...manifest.exports, './session': rest } }
        await writeFile(join(pkg, 'package.json'), JSON.stringify(incomplete))
        await assert.rejects(packed(), /exports\["\.\/session"\]/)
        await writeFile(join(pkg, 'package.json'), JSON.stringify(manifest))
        await rm(join(pkg, 'dist'), { recursive: true })
        await assert.rejects(packed(), /cargo xtask package/)
      } finally {
        await rm(copy, { recursive: true, force: true })
      }
    },
  },
  { name: 'publint', alone: ({ packed }) => tool('publint', ['run', packed.tarball, '--strict']) },
  {
    name: 'are the types wrong',
    /** Leaves out `incode-core/wasm`, which is not code. The plugin and the element's types are ES modules on purpose. */
    async alone({ packed }) {
      const modules = ['./plugin', './flow']
      await tool('attw', [packed.tarball, '--exclude-entrypoints', './wasm', ...modules])
      await tool('attw', [packed.tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--entrypoints', ...modules])
    },
  },
  {
    name: 'one instance for import and require',
    /** Runs a Node that can require an ES module, then with an option one that can't, such as 18 or 20.18. */
    alone({ packed }) {
      return installed(packed, async (folder) => {
        await writeFile(join(folder, 'mixed.cjs'), MIXED)
        for (const options of [[], ['--no-experimental-require-module']]) {
          const { stdout } = await run(process.execPath, [...options, 'mixed.cjs'], { cwd: folder })
          assert.deepEqual(JSON.parse(stdout), { instances: 1, code: 'NETWORK' }, `node ${options}`)
        }
      })
    },
  },
]

/** Gives `use` a folder with the package in its node_modules. */
async function installed({ tarball }, use) {
  const folder = await mkdtemp(join(tmpdir(), 'incode-core-'))
  try {
    const home = join(folder, 'node_modules/incode-core')
    await mkdir(home, { recursive: true })
    await run('tar', ['-xf', tarball, '-C', home, '--strip-components=1'])
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Returns the text of a file of the package. */
async function shipped(tarball, file) {
  const { stdout } = await run('tar', ['-xOf', tarball, `package/${file}`], { maxBuffer: 2 ** 24 })
  return stdout
}

async function tool(name, args) {
  await run(join(import.meta.dirname, 'node_modules/.bin', name), args).catch(({ stdout, stderr, message }) => {
    throw new Error(stdout + stderr || message)
  })
}

function unlessDeleted(error) {
  if (error.code !== 'ENOENT') throw error
}

/** Returns strings that occur once in every output with the package: a piece of the embedded wasm, and a sentence of the facade. */
export async function marks({ tarball }) {
  const text = await shipped(tarball, 'dist/index.js')
  const [embedded = ''] = text.match(/(?<=')[^'\\\n]{4000,}(?=')/) ?? []
  // No tool has a reason to write these characters another way.
  const pieces = embedded.match(/[\w!#%&()*+,./:;=?@^|~-]{24,}/g) ?? []
  const wasm = pieces.toSorted((one, other) => new Set(other).size - new Set(one).size)[0]
  const marks = { wasm, facade: 'the WebAssembly module could not be loaded' }
  for (const [what, mark] of Object.entries(marks)) assert.equal(mark && count(text, mark), 1, `dist/index.js has no mark for its ${what}`)
  return marks
}

/** Asserts that `text` contains the package's module once. */
export function assertOnce(text, marks, name) {
  for (const mark of Object.values(marks)) assert.equal(count(text, mark), 1, `${name} must contain ${JSON.stringify(mark)} once`)
}

export function count(text, mark) {
  return text.split(mark).length - 1
}
