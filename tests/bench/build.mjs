// Makes a folder of files for each client of the benchmark, pre-compressed, and clients.json with their sizes. Run it after
// `npm run build` in pkg.
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
const output = join(here, '../../target/bench')
const site = join(output, 'site')
const template = readFileSync(join(here, 'page.html'), 'utf8').replace('<!-- key -->', SANDBOX_KEY)

const OLD_SDK = '@incodetech/welcome@1.51.0'
const OLD_SDK_INTEGRITY = 'sha512-0xf6IvCj8ud1w+s5TokEJYFERPIlpZ4KkAfv0bqjsUjJdpBpaX1E1Uw7F6ugp1GrqL21JNUn11PdrSRrwRwolg=='

/** The package's JavaScript without its wasm, gzipped. */
const script = gzip(readFileSync(join(dist, 'workerd.js'))).length

rmSync(site, { recursive: true, force: true })
const clients = []

const client = (name, options) => ({ bundle: { entryPoints: [join(here, `clients/${name}.js`)], ...options } })
for (const name of ['baseline', 'ky', 'axios']) await add('clients', name, client(name))
await add('clients', '1.x', client('1.x', { alias: { '@incodetech/welcome': oldSdk() }, external: ['node-fetch', 'util'] }))
const naive = buildNaive()
await add('clients', 'naive', { ...client('naive', { alias: { 'incode-naive': naive.glue } }), wasm: naive.wasm })
const own = { js: readFileSync(join(dist, 'index.js')), embeds: true }
await add('clients', 'incode-core', own)

const wasm = readFileSync(join(dist, 'incode_core.wasm'))
for (const { name, module, separate, head } of deliveries(wasm)) {
  await add('deliveries', name, {
    bundle: { entryPoints: [join(dist, 'workerd.js')], plugins: [replacing('./incode_core.wasm', module)] },
    wasm: separate && { name: 'incode_core.wasm', bytes: wasm },
    embeds: !separate,
    head,
  })
}

// Other pages. The usual one names the script in its head, as bundlers do, where a browser finds it before it runs any script.
const busy = 'for (const end = performance.now() + 100; performance.now() < end; );'
await add('pages', 'no modulepreload', { ...own, hidden: true })
await add('pages', 'no modulepreload, baseline', { ...client('baseline'), hidden: true })
await add('pages', 'behind a script', { ...own, behind: true, hidden: true })
await add('pages', 'behind a script, modulepreload', { ...own, behind: true })
await add('pages', 'busy for 100 ms', { ...own, work: busy })
await add('pages', 'busy for 100 ms, preload()', { ...own, work: `sdk.preload(); ${busy}` })
await add('pages', 'busy for 100 ms, baseline', { ...client('baseline'), work: busy })

writeFileSync(join(output, 'clients.json'), JSON.stringify(clients, null, 2))

/**
 * Bundles a client, or takes its script unchanged, and writes its page with all files. `embeds`: the package's wasm is in the script.
 * `hidden`: the page's head does not name it. `behind`: the page's own script is a file too, which imports it. `work`: code of the page
 * before its first call.
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
  clients.push({ group, name, folder, files, script: embeds ? script : null })

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

/** Returns an esbuild plugin that replaces the module `path` by one with these contents. */
function replacing(path, contents) {
  return {
    name: 'replacing',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, (imported) => (imported.path === path ? { path, namespace: 'replacing' } : undefined))
      onLoad({ filter: /.*/, namespace: 'replacing' }, () => ({ contents }))
    },
  }
}

/** Writes a file's compressed forms next to it, where the server looks for them. */
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

/** Builds the naive crate with the profile and the optimizer of the package, and with the settings that make its crates smallest. */
function buildNaive() {
  const pkg = join(output, 'naive')
  const smallest = [
    '--config',
    'profile.release.opt-level="z"',
    '--config',
    'target.wasm32-unknown-unknown.rustflags=["-Clink-arg=-zstack-size=65536"]',
  ]
  run('wasm-pack', [
    'build',
    '--target',
    'web',
    '--release',
    '--no-pack',
    '--no-typescript',
    '--out-dir',
    pkg,
    'clients/naive',
    ...smallest,
  ])
  const wasm = join(pkg, 'incode_naive_bg.wasm')
  const wasmOpt = join(here, '../../pkg/node_modules/binaryen/bin/wasm-opt')
  const passes = ['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features']
  run(process.execPath, [wasmOpt, ...passes, wasm, '-o', wasm])
  return { glue: join(pkg, 'incode_naive.js'), wasm: { name: 'incode_naive_bg.wasm', bytes: readFileSync(wasm) } }
}

/** Returns the path of the vendor's 1.x module. It contains nearly all of its dependencies; npm would install 600 MB of them again. */
function oldSdk() {
  const place = join(output, '1.x')
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
