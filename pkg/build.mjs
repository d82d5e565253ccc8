// The whole build of the package: `npm run build`. Rust → wasm-pack → wasm-opt → two ES modules and the plain .wasm in dist/.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import { build } from 'esbuild'
import { minify } from 'terser'
import { encode } from './ascii.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const made = join(here, '../target/package') // what wasm-pack and wasm-opt make on the way
const [folder = 'dist', ...cargoFlags] = process.argv.slice(2)
const dist = join(here, folder)

/** The features that rustc enables for wasm32-unknown-unknown, by the names that wasm-opt and binaryen's API want. */
const FEATURES = {
  'bulk-memory': 'BulkMemory',
  'bulk-memory-opt': 'BulkMemoryOpt',
  'call-indirect-overlong': 'CallIndirectOverlong',
  multivalue: 'Multivalue',
  'mutable-globals': 'MutableGlobals',
  'nontrapping-float-to-int': 'NontrappingFPToInt',
  'reference-types': 'ReferenceTypes',
  'sign-ext': 'SignExt',
}

/**
 * Has V8 compile all functions while it loads the module, which takes it a fifth of the time that it needs for one after the other
 * as they are called: 13 ms of the benchmark's slow first request. Nobody else heeds it. https://v8.dev/blog/explicit-compile-hints
 */
const HINT = '//# allFunctionsCalledOnLoad'

/** What is never called, though the compiler can't know, by the names that it has in the module. */
const UNCALLED = [
  // What would format a panic's message: the panic hook tells where and not what (src/lib.rs), and nothing else in src/ formats.
  /^(?!.*incode_core).*\bfmt::/,
  /FormatStringPayload/,
  // How a task of JSPI is woken: js-sys keeps it, and no export here is one that suspends. (What is not so long may stand for a
  // function of another name too, where the compiler found both alike.)
  /\bfutures::jspi::task_waker::raw_wake/,
]

rmSync(made, { recursive: true, force: true })
// A panic tells its place in the source: without a person's folders in it, every machine builds the same bytes.
const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
process.env.RUSTFLAGS = `-Clink-arg=-zstack-size=65536 --remap-path-prefix=${join(cargoHome, 'registry/src')}=crates`
run('wasm-pack', ['build', '--target', 'bundler', '--release', '--no-pack', '--no-typescript', '--out-dir', made, '..', ...cargoFlags])
leaveOutUncalled(join(made, 'incode_core_bg.wasm'))
const names = optimise(join(made, 'incode_core_bg.wasm'), join(made, 'incode_core.wasm'))

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
copyFileSync(join(made, 'incode_core.wasm'), join(dist, 'incode_core.wasm'))
const glue = await bundleGlue(names)
const wasm = readFileSync(join(dist, 'incode_core.wasm'))
await bundle('index.js', `const wasm='${encode(wasm)}'`, `import { decode } from './ascii.js'; export default () => decode(wasm, ${wasm.length})`)
await bundle('workerd.js', "import wasm from'./incode_core.wasm'", 'export default () => wasm')

/** Empties the functions of UNCALLED, which weigh more than a tenth of the module. */
function leaveOutUncalled(path) {
  const module = binaryen.readBinary(readFileSync(path))
  module.setFeatures(Object.values(FEATURES).reduce((all, name) => all | binaryen.Features[name], 0))
  const functions = Array.from({ length: module.getNumFunctions() }, (_, index) => module.getFunctionByIndex(index))
  for (const name of UNCALLED) {
    const named = functions.filter((each) => name.test(binaryen.getFunctionInfo(each).name))
    if (named.length === 0) throw new Error(`no function has a name like ${name}`)
    for (const each of named) binaryen.Function(each).body = module.unreachable()
  }
  binaryen.setDebugInfo(true)
  writeFileSync(path, module.emitBinary())
}

/** Shrinks the module and its names; gives the renamed imports, as [module, long, short], and exports, as [long, short]. */
function optimise(from, to) {
  const wasmOpt = join(here, 'node_modules/binaryen/bin/wasm-opt')
  const passes = [
    '-Oz',
    '--low-memory-unused', // the stack ends there
    '--one-caller-inline-max-function-size=50', // what makes the module smaller after gzip, found by trying
    '--always-inline-max-function-size=5',
    '--reorder-functions-by-name', // what is alike stands together: a compressor finds it
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
    '--minify-imports-and-exports-and-modules',
  ]
  return JSON.parse(run(process.execPath, [wasmOpt, ...Object.keys(FEATURES).map((name) => `--enable-${name}`), ...passes, from, '-o', to]))
}

/** wasm-bindgen's half in JavaScript, as the text of a function body that leaves a fresh instance's half in `made`. */
async function bundleGlue({ imports, exports }) {
  const publicNames = ['createSession', 'getFinishStatus', 'initializeSession', 'setup']
  const entry = `
    ${imports.map(([module, long]) => `import { ${long} } from '${module}'`).join('\n')}
    import { __wbg_set_wasm, ${publicNames} } from './incode_core_bg.js'
    made = {
      imports: { a: { ${imports.map(([, long, short]) => `'${short}': ${long}`)} } },
      attach(exports) { __wbg_set_wasm(exports); exports.__wbindgen_start() },
      ${publicNames.map((name) => `'${name}': ${name}`)}
    }`
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: made },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    mangleProps: new RegExp(`^(${exports.map(([long]) => long.replaceAll('$', '\\$')).join('|')})$`),
    mangleCache: Object.fromEntries(exports),
  })
  return outputFiles[0].text
}

/**
 * The facade with its two other halves. What declares the `wasm` that `moduleSource` gives stands before all else: between the
 * two kinds of text gzip would mix its statistics.
 */
async function bundle(name, declaration, moduleSource) {
  const parts = {
    'incode-core:glue': `export default (IncodeError, TextDecoder, TextEncoder) => { let made; ${glue}; return made }`,
    'incode-core:module': moduleSource,
  }
  const { outputFiles } = await build({
    entryPoints: [join(here, 'index.js')],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    plugins: [
      {
        name: 'parts',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^incode-core:/ }, ({ path }) => ({ path, namespace: 'part' }))
          onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({ contents: parts[path], resolveDir: here }))
        },
      },
    ],
  })
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 3 } })
  writeFileSync(join(dist, name), `${HINT}\n${declaration};${code}\n`)
}

function run(command, args) {
  try {
    return execFileSync(command, args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    console.error(`${command} is missing: \`cargo xtask build\` installs it and runs this build.`)
    process.exit(1)
  }
}
