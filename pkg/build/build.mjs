// The whole build of the package: `npm run build`. Rust → wasm-bindgen → wasm-opt → two ES modules and the plain .wasm in dist/.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { minify } from 'terser'
import { encode } from './ascii.js'
import { checkExports, prune } from './call-graph.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const pkg = join(here, '..')
const root = join(pkg, '..')
const made = join(root, 'target/package') // what wasm-bindgen and wasm-opt make on the way
const [folder = 'dist', ...cargoFlags] = process.argv.slice(2)
const dist = join(pkg, folder)

/** What the compiler is told, all of it. */
const RUSTFLAGS = [
  '-Clink-arg=-zstack-size=65536', // the first memory of a page: 192 KB instead of 1.18 MB. Nothing in src/ recurses deep
  '-Clink-arg=--emit-relocs', // for call-graph.js
  '-Clink-arg=--demangle',
  // A panic tells its place in the source: without a person's folders in it, every machine builds the same bytes.
  `--remap-path-prefix=${join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src')}=crates`,
]

/** The features that rustc enables for wasm32-unknown-unknown, each by its name: with all that wasm-opt knows, Node refuses the module. */
const FEATURES = [
  'bulk-memory',
  'bulk-memory-opt',
  'call-indirect-overlong',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
]

/**
 * Has V8 compile all functions while it loads the module, which takes it a fifth of the time that it needs for one after the other
 * as they are called: 13 ms of the benchmark's slow first request. Nobody else heeds it. https://v8.dev/blog/explicit-compile-hints
 */
const HINT = '//# allFunctionsCalledOnLoad'

/** The facade hands over what it shares with the module's instances: their glue takes it from its parameter `host`. */
const HOST = join(root, 'src/platform/host.js')
const shared = {
  name: 'shared',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/host\.js$/ }, () => ({ path: 'host', namespace: 'shared' }))
    onLoad({ filter: /.*/, namespace: 'shared' }, async () => {
      const { metafile } = await build({ entryPoints: [HOST], write: false, metafile: true, format: 'esm' })
      const [{ exports }] = Object.values(metafile.outputs)
      return { contents: `export const { ${exports} } = host` }
    })
  },
}

rmSync(made, { recursive: true, force: true })
mkdirSync(made, { recursive: true })
const linked = readFileSync(compile())
console.log('wasm-bindgen and wasm-opt: some ten seconds')
writeFileSync(join(made, 'incode_core.wasm'), prune(linked))
run('cargo', ['run', '--quiet', '--package', 'incode-bindgen', '--', join(made, 'incode_core.wasm'), made])
checkExports(readFileSync(join(made, 'incode_core_bg.wasm')))
const names = optimise(join(made, 'incode_core_bg.wasm'), join(made, 'incode_core.wasm'))

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
copyFileSync(join(made, 'incode_core.wasm'), join(dist, 'incode_core.wasm'))
const glue = await bundleGlue(names)
const wasm = readFileSync(join(dist, 'incode_core.wasm'))
const embedded = `const wasm='${encode(wasm)}'`
const module = await bundle(`import { decode } from './ascii.js'; export default () => decode(wasm, ${wasm.length})`)
write('index.js', embedded, module)
write('index.cjs', `'use strict';${embedded}`, asCommonJs(module))
write('workerd.js', "import wasm from'./incode_core.wasm'", await bundle('export default () => wasm'))
// TypeScript wants to be told by the ending that a file is CommonJS.
copyFileSync(join(pkg, 'index.d.ts'), join(dist, 'index.d.cts'))

/** What declares the `wasm` of the module stands before all else: between the two kinds of text gzip would mix its statistics. */
function write(name, declaration, code) {
  writeFileSync(join(dist, name), `${HINT}\n${declaration};${code}\n`)
}

/** Gives where cargo puts the module. */
function compile() {
  const args = ['build', '--lib', '--release', '--target', 'wasm32-unknown-unknown', '--message-format', 'json-render-diagnostics']
  const messages = run('cargo', [...args, ...cargoFlags], { CARGO_ENCODED_RUSTFLAGS: RUSTFLAGS.join('\x1f') })
  const files = messages
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line).filenames ?? [])
  return files.find((file) => file.endsWith('incode_core.wasm'))
}

/** Shrinks the module and its names; gives the renamed imports, as [module, long, short], and exports, as [long, short]. */
function optimise(from, to) {
  const wasmOpt = join(pkg, 'node_modules/binaryen/bin/wasm-opt')
  const passes = [
    '-Oz',
    '--low-memory-unused', // the stack ends there
    '--one-caller-inline-max-function-size=80', // what makes the module smaller after gzip, found by trying
    '--always-inline-max-function-size=7',
    '--reorder-functions-by-name', // what is alike stands together: a compressor finds it
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
    '--minify-imports-and-exports-and-modules',
  ]
  return JSON.parse(run(process.execPath, [wasmOpt, ...FEATURES.map((name) => `--enable-${name}`), ...passes, from, '-o', to]))
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
    plugins: [shared],
    mangleProps: new RegExp(`^(${exports.map(([long]) => long.replaceAll('$', '\\$')).join('|')})$`),
    mangleCache: Object.fromEntries(exports),
  })
  return outputFiles[0].text
}

/** The facade with its two other halves, of which `moduleSource` gives a `wasm` that is declared elsewhere. */
async function bundle(moduleSource) {
  const { code: glueSource } = await transform(
    `export default (host, TextDecoder, TextEncoder) => { let made; ${glue}; return made }`,
    { minify: true },
  )
  const parts = { 'incode-core:glue': glueSource, 'incode-core:module': moduleSource }
  const { outputFiles, metafile } = await build({
    entryPoints: [join(pkg, 'src/index.js')],
    bundle: true,
    write: false,
    metafile: true,
    minifySyntax: true,
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
  const [{ exports }] = Object.values(metafile.outputs)
  // No other variable gets the name of an exported one: where Babel makes CommonJS of the module, it would take the one for the other.
  const mangle = { reserved: exports }
  // Unsafe is an arrow only for who calls `new` on a plain function, or asks for its prototype: nobody does.
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, hoist_funs: true },
    mangle,
  })
  return code
}

/** For Jest, which at its default knows nothing else. */
function asCommonJs(module) {
  const [list, names] = module.match(/export\{([\w,]+)\};?$/) ?? []
  if (!list) throw new Error(`the module has to end with the list of its exports under their own names, not with ${module.slice(-200)}`)
  // In this form Node finds the names for an `import`.
  const exported = names.split(',').map((name) => `exports.${name}=${name};`)
  return `Object.defineProperty(exports,'__esModule',{value:true});${module.slice(0, -list.length)}${exported.join('')}`
}

function run(command, args, environment) {
  try {
    const env = { ...process.env, ...environment }
    return execFileSync(command, args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    console.error(`${command} is missing: \`cargo xtask build\` says how to get it, and runs this build.`)
    process.exit(1)
  }
}
