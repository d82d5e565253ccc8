// Builds the whole package: `npm run build`. Rust → pruning and wasm-bindgen → wasm-opt → two ES modules, one CommonJS module and the plain
// .wasm in dist/; and two wrappers of plugin/, whose template is plugin/core.js.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { minify } from 'terser'
import { encode } from './ascii.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const pkg = join(here, '..')
const root = join(pkg, '..')
const intermediate = join(root, 'target/package') // files of wasm-bindgen and wasm-opt
const [folder = 'dist', ...cargoFlags] = process.argv.slice(2)
const dist = join(pkg, folder)

/** Flags of the compiler for all crates. */
const RUSTFLAGS = [
  '-Clink-arg=-zstack-size=65536', // the first memory of a page: 192 KB instead of 1.18 MB. Nothing in src/ recurses deep
  '-Clink-arg=--emit-relocs', // for bindgen/src/prune.rs
  '-Clink-arg=--demangle',
  // A panic reports its place in the source: without the folders of this machine, every machine builds the same bytes.
  `--remap-path-prefix=${join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src')}=crates`,
]

/** Flags for the link-time optimization, where LLVM sees all crates. The module is smaller after gzip, found by trying. */
const LTO_FLAGS = ['--inline-threshold=25', '--sink-common-insts=false', '--jump-threading-threshold=1'].map(
  (flag) => `-Cllvm-args=${flag}`,
)

/** Maximum length of a line of code: an uncaught error prints the whole line that threw it. */
const MAX_LINE = 800

/** Names for local variables, short ones first. None has a `$`, which templates replace; terser's own have. */
const LETTERS = 'etrnoaiscludfpmhgbvyw_kxjqzETRNOAISCLUDFPMHGBVYWKXJQZ'
const CHARACTERS = `${LETTERS}0123456789`
const identifiers = {
  get(index) {
    let name = LETTERS[index % LETTERS.length]
    for (let rest = Math.floor(index / LETTERS.length); rest > 0; rest = Math.floor(rest / CHARACTERS.length)) {
      rest -= 1
      name += CHARACTERS[rest % CHARACTERS.length]
    }
    return name
  },
}

/** The features that rustc enables for wasm32-unknown-unknown. With all features of wasm-opt, Node rejects the module. */
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
 * Makes V8 compile all functions while it loads the module. That takes a fifth of the time that it needs to compile them one by one when
 * they are called: 13 ms of the benchmark's slow first request. Other engines ignore it. https://v8.dev/blog/explicit-compile-hints
 */
const COMPILE_HINT = '//# allFunctionsCalledOnLoad'

/** The files of src/platform are modules of the package, which the facade and the glue of all instances share. */
const shared = {
  name: 'shared',
  setup({ onResolve }) {
    onResolve({ filter: /\/platform\/\w+\.js$/ }, ({ path }) => ({ path: join(root, 'src/platform', basename(path)), external: true }))
  },
}

rmSync(intermediate, { recursive: true, force: true })
mkdirSync(intermediate, { recursive: true })
const linked = compile()
console.log('wasm-bindgen and wasm-opt (about 10 s)…')
run(bindgen(), [linked, intermediate], { RUST_LIB_BACKTRACE: '0' })
const names = optimize(join(intermediate, 'incode_core_bg.wasm'), join(intermediate, 'incode_core.wasm'))

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
copyFileSync(join(intermediate, 'incode_core.wasm'), join(dist, 'incode_core.wasm'))
const glue = await bundleGlue(names)
const wasm = readFileSync(join(dist, 'incode_core.wasm'))
const embedded = `const wasm='${encode(wasm)}'`
const module = await bundle(`import { decode } from './ascii.js'; export default () => decode(wasm, ${wasm.length})`)
write('index.js', embedded, module)
write('index.cjs', `'use strict';${embedded}`, await asCommonJs(module))
write('workerd.js', "import wasm from'./incode_core.wasm'", await bundle('export default () => wasm'))
// TypeScript takes a file for CommonJS by its ending.
copyFileSync(join(pkg, 'index.d.ts'), join(dist, 'index.d.cts'))

// The plugin's wrappers differ only in the entry of the vendor's packages that they replace.
const wrapper = readFileSync(join(pkg, 'plugin/core.js'), 'utf8')
for (const [name, entry] of [
  ['session.js', '@incodetech/core/session'],
  ['web.js', '@incodetech/web'],
]) {
  writeFileSync(join(pkg, 'plugin', name), wrapper.replaceAll('@incodetech/core', entry))
}

/**
 * Writes a module of dist/. The declaration of `wasm` comes first, because gzip would mix the statistics of the two kinds of text, and
 * has a line of its own, because an uncaught error prints the line that threw it.
 */
function write(name, declaration, code) {
  writeFileSync(join(dist, name), `${COMPILE_HINT}\n${declaration};\n${code.trimEnd()}\n`)
}

/**
 * Compiles the crate and returns the path of the linked module. As a cdylib alone: Cargo leaves out the link-time optimization of a crate
 * that is also built as an rlib, and without it index.js is 1.5 KB larger after gzip.
 */
function compile() {
  const args = ['rustc', '--lib', '--crate-type', 'cdylib', '--release', '--target', 'wasm32-unknown-unknown', '--features', 'package']
  const built = cargo([...args, ...cargoFlags], ['--', ...LTO_FLAGS], { CARGO_ENCODED_RUSTFLAGS: RUSTFLAGS.join('\x1f') })
  return built.flatMap(({ filenames = [] }) => filenames).find((file) => file.endsWith('incode_core.wasm'))
}

/** Builds bindgen/ and returns its path. With --workspace its dependencies have the features that the tests' build gives them: it is faster. */
function bindgen() {
  return cargo(['build', '--quiet', '--workspace', '--bin', 'incode-bindgen']).find(({ executable }) => executable).executable
}

/** Runs a command of cargo and returns what it reports, as objects. */
function cargo(args, rest = [], env = {}) {
  const messages = run('cargo', [...args, '--message-format', 'json-render-diagnostics', ...rest], env)
  return messages
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Shrinks the module and its names. Returns the renamed imports, as [module, long, short], and exports, as [long, short]. */
function optimize(from, to) {
  const wasmOpt = join(pkg, 'node_modules/binaryen/bin/wasm-opt')
  const passes = [
    '--flatten', // with the next, what makes the module smaller after gzip, found by trying
    '--rereloop',
    '-Oz',
    '--gufa-optimizing', // leaves out what no value reaches
    '-Oz',
    '-Oz',
    '--low-memory-unused', // the stack ends there
    '--one-caller-inline-max-function-size=120', // this and the next make the module smaller after gzip, found by trying
    '--always-inline-max-function-size=5',
    '--reorder-functions', // those that are called most have the shortest numbers
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
    '--minify-imports-and-exports-and-modules',
  ]
  return JSON.parse(run(process.execPath, [wasmOpt, ...FEATURES.map((name) => `--enable-${name}`), ...passes, from, '-o', to]))
}

/** Bundles wasm-bindgen's JavaScript half. Returns a module whose default export makes the half of a fresh instance. */
async function bundleGlue(names) {
  const publicNames = ['createSession', 'getFinishStatus', 'initializeSession', 'setup']
  const entry = `
    ${names.imports.map(([module, long]) => `import { ${long} } from '${module}'`).join('\n')}
    import { __wbg_set_wasm, ${publicNames} } from './incode_core_bg.js'
    instance = {
      imports: { a: { ${names.imports.map(([, long, short]) => `'${short}': ${long}`)} } },
      attach(exports) { __wbg_set_wasm(exports); exports.__wbindgen_start() },
      ${publicNames.map((name) => `'${name}': ${name}`)}
    }`
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: intermediate },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    plugins: [shared],
    mangleProps: new RegExp(`^(${names.exports.map(([long]) => long.replaceAll('$', '\\$')).join('|')})$`),
    mangleCache: Object.fromEntries(names.exports),
  })
  const imports = []
  const body = outputFiles[0].text.replace(/import\{[^}]*\}from"[^"]*";/g, (statement) => {
    imports.push(statement)
    return ''
  })
  const { code } = await transform(
    `${imports.join('')}export default (TextDecoder, TextEncoder) => { let instance; ${body}; return instance }`,
    { minify: true },
  )
  return code
}

/** Bundles the facade, the glue and `moduleSource`, which uses a `wasm` that is declared elsewhere, into one minified ES module. */
async function bundle(moduleSource) {
  const parts = { 'incode-core:glue': glue, 'incode-core:module': moduleSource }
  const { outputFiles, metafile } = await build({
    entryPoints: [join(pkg, 'src/index.js')],
    bundle: true,
    write: false,
    metafile: true,
    minifySyntax: true,
    format: 'esm',
    target: 'es2022',
    supported: { 'template-literal': false }, // the file can be pasted into a template literal
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
  // No local variable gets the name of an export: Babel's CommonJS transform would take one for the other.
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2020,
    // An arrow in place of a function differs only under `new` and in having no prototype, and neither is used.
    compress: { passes: 3, unsafe_arrows: true },
    mangle: { reserved: exports, nth_identifier: identifiers },
    format: { max_line_len: MAX_LINE },
  })
  return code
}

/**
 * Returns the module as CommonJS for Jest, which loads nothing else with its defaults. Node's lexer finds the names of the exports in
 * esbuild's annotation. esbuild exports getters; the last line makes properties of them, which `jest.spyOn` can replace.
 */
async function asCommonJs(module) {
  const { code } = await transform(module, {
    format: 'cjs',
    platform: 'node',
    target: 'es2022',
    supported: { 'template-literal': false },
    footer: "module.exports = Object.assign(Object.defineProperty({}, '__esModule', { value: true }), module.exports);",
  })
  return code
}

function run(command, args, environment) {
  try {
    const env = { ...process.env, ...environment }
    return execFileSync(command, args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 })
  } catch (error) {
    // A command that failed has printed why.
    if (error.code === 'ENOENT') console.error(`${command} is not installed. \`cargo xtask build\` installs what the build needs.`)
    else if (error.status === undefined) throw error
    process.exit(1)
  }
}
