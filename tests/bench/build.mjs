// Makes a folder of files for each subject of the benchmark, pre-compressed, and subjects.json that says what is in them.
// To be run after `npm run build` in pkg.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { SANDBOX_KEY } from '../contract/sandbox-key.mjs'
import { deliveries } from './deliveries.mjs'
import { brotli, gzip } from './weight.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const dist = join(here, '../../pkg/dist')
const made = join(here, '../../target/bench')
const site = join(made, 'site')
const template = readFileSync(join(here, 'page.html'), 'utf8').replace('<!-- key -->', SANDBOX_KEY)

const OLD_SDK = '@incodetech/welcome@1.51.0'
const OLD_SDK_INTEGRITY = 'sha512-0xf6IvCj8ud1w+s5TokEJYFERPIlpZ4KkAfv0bqjsUjJdpBpaX1E1Uw7F6ugp1GrqL21JNUn11PdrSRrwRwolg=='

/** The package's JavaScript without its wasm, gzipped. */
const script = gzip(readFileSync(join(dist, 'workerd.js'))).length

rmSync(site, { recursive: true, force: true })
const subjects = []

const peer = (name, options) => ({ bundle: { entryPoints: [join(here, `peers/${name}.js`)], ...options } })
for (const name of ['floor', 'ky', 'axios']) await add('peers', name, peer(name))
await add('peers', '1.x', peer('1.x', { alias: { '@incodetech/welcome': oldSdk() }, external: ['node-fetch', 'util'] }))
const naive = buildNaive()
await add('peers', 'naive', { ...peer('naive', { alias: { 'incode-naive': naive.glue } }), wasm: naive.wasm })
const own = { js: readFileSync(join(dist, 'index.js')), embeds: true }
await add('peers', 'incode-core', own)

const wasm = readFileSync(join(dist, 'incode_core.wasm'))
for (const { name, module, separate, head } of deliveries(wasm)) {
  await add('deliveries', name, {
    bundle: { entryPoints: [join(dist, 'workerd.js')], plugins: [instead('./incode_core.wasm', module)] },
    wasm: separate && { name: 'incode_core.wasm', bytes: wasm },
    embeds: !separate,
    head,
  })
}

// Other pages. The usual one names the script in its head, as bundlers do, where a browser finds it before it runs anything.
const busy = 'for (const end = performance.now() + 100; performance.now() < end; );'
await add('pages', 'no modulepreload', { ...own, hidden: true })
await add('pages', 'no modulepreload, floor', { ...peer('floor'), hidden: true })
await add('pages', 'behind a script', { ...own, behind: true, hidden: true })
await add('pages', 'behind a script, modulepreload', { ...own, behind: true })
await add('pages', 'busy for 100 ms', { ...own, work: busy })
await add('pages', 'busy for 100 ms, preload()', { ...own, work: `sdk.preload(); ${busy}` })
await add('pages', 'busy for 100 ms, floor', { ...peer('floor'), work: busy })

writeFileSync(join(made, 'subjects.json'), JSON.stringify(subjects, null, 2))

/**
 * Bundles a subject, or takes its script as it is, and writes all that its page downloads. `embeds`: the package's wasm is in the
 * script. `hidden`: the page's head does not name it. `behind`: the page's own script is a file too, which imports it. `work`: what the
 * page does before its first call.
 */
async function add(group, name, { bundle, js, wasm, embeds, hidden, behind, head = '', work = '' }) {
  const folder = name.replaceAll(/[^\w.]+/g, '-')
  const place = join(site, folder)
  mkdirSync(place, { recursive: true })
  let page = template.replace('  // work\n', work && `  ${work}\n`).replace('<!-- head -->\n', head && `${head}\n`)
  if (hidden) page = page.replace(/<link rel="modulepreload".*\n/, '')
  writeFileSync(join(place, 'index.js'), js ?? (await bundled(bundle)))
  if (wasm) writeFileSync(join(place, wasm.name), wasm.bytes)
  const files = readdirSync(place).map((file) => compressed(place, file))
  subjects.push({ group, name, folder, files, script: embeds ? script : null })

  if (behind) {
    page = page.replace(/<script type="module">(.*)<\/script>/s, (_, text) => {
      writeFileSync(join(place, 'page.js'), text)
      compressed(place, 'page.js')
      return '<script type="module" src="page.js"></script>'
    })
  }
  writeFileSync(join(place, 'index.html'), page)
  compressed(place, 'index.html')
}

async function bundled(options) {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    nodePaths: [join(here, 'node_modules')],
    ...options,
  })
  return outputFiles[0].contents
}

/** An esbuild plugin: whoever imports `path` gets a module of this text. */
function instead(path, contents) {
  return {
    name: 'instead',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, (asked) => (asked.path === path ? { path, namespace: 'instead' } : undefined))
      onLoad({ filter: /.*/, namespace: 'instead' }, () => ({ contents }))
    },
  }
}

/** Writes a file's compressed forms beside it, where the server looks for them. */
function compressed(place, name) {
  const path = join(place, name)
  const bytes = readFileSync(path)
  const weight = { raw: bytes.length }
  for (const [ending, compress] of [
    ['gz', gzip],
    ['br', brotli],
  ]) {
    const smaller = compress(bytes)
    writeFileSync(`${path}.${ending}`, smaller)
    weight[ending] = smaller.length
  }
  return { name, kind: extname(name).slice(1), ...weight }
}

/** Built as the package is: the same profile, the same optimiser. What differs is the source, and what makes its crates smallest. */
function buildNaive() {
  const pkg = join(made, 'naive')
  const smallest = [
    '--config',
    'profile.release.opt-level="z"',
    '--config',
    'target.wasm32-unknown-unknown.rustflags=["-Clink-arg=-zstack-size=65536"]',
  ]
  run('wasm-pack', ['build', '--target', 'web', '--release', '--no-pack', '--no-typescript', '--out-dir', pkg, 'peers/naive', ...smallest])
  const wasm = join(pkg, 'incode_naive_bg.wasm')
  const wasmOpt = join(here, '../../pkg/node_modules/binaryen/bin/wasm-opt')
  const passes = ['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features']
  run(process.execPath, [wasmOpt, ...passes, wasm, '-o', wasm])
  return { glue: join(pkg, 'incode_naive.js'), wasm: { name: 'incode_naive_bg.wasm', bytes: readFileSync(wasm) } }
}

/** The vendor's module has nearly all of its dependencies in it already; npm would install 600 MB of them once more. */
function oldSdk() {
  const place = join(made, '1.x')
  if (!existsSync(join(place, 'package'))) {
    mkdirSync(place, { recursive: true })
    const [{ filename, integrity }] = JSON.parse(run('npm', ['pack', OLD_SDK, '--json', '--pack-destination', place]))
    if (integrity !== OLD_SDK_INTEGRITY) throw new Error(`${OLD_SDK} is not the package that was measured before`)
    run('tar', ['-xzf', join(place, filename), '-C', place])
  }
  return join(place, 'package/dist/onBoarding.es.js')
}

function run(command, args) {
  return execFileSync(command, args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
