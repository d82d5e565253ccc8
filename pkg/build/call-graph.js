// What the module carries and never calls. The compiler keeps a function for as long as its address lies anywhere, and a panic's message
// is put together through such addresses: more than a tenth of the module, though the panic hook tells where and not what (src/).
// Nothing is emptied by its name: what is emptied has been found to be called by nobody.
import { read, withEmptied } from './linked-module.js'

/**
 * The panic path: whoever calls one of these functions of Rust's own libraries panics. None of them returns; the check by its name is
 * therefore joined by one of its code, which ends in a trap.
 */
const PANICS = /^(core|alloc|std|__rustc)::.*(panic|_fail(ed)?\b|handle_(alloc_)?error|rust_oom|capacity_overflow)/
/** Named like them, but it returns. */
const SETS_HOOK = /^std::panicking::(set|take)_hook/

/**
 * The most parameters of a function that is called. When a call returns, WebKit's interpreter first takes the arguments, 16 bytes each, off
 * the stack, and then reads from beneath them where to go on. Signal handlers spare 128 bytes beyond the end of a stack, and WebKit on
 * Linux halts its threads by signals: with eleven parameters one run of the contract in ten ended in a trap, or took the page along
 * (WebKitGTK 2.50.6, x86-64).
 */
const MOST_PARAMETERS = 6

/** What makes text of values by `format!`, `to_string` and the like. */
const FORMATS = /\bfmt::/

/** Exports that wasm-bindgen reads, and leaves out: what an import or an export looks like in JavaScript. */
const DESCRIBES = '__wbindgen_describe_'
/** Exports that wasm-bindgen leaves out unless an export suspends the wasm (JSPI). `checkExports` sees whether it did. */
const SUSPENDS = /_jspi_/

/**
 * The module, linked with `--emit-relocs --demangle`, without the contents of the functions that only the panic path calls through an
 * address, or nobody. Fails where anything else formats text or has too many parameters, and names it.
 */
export function prune(bytes) {
  const { defined, imported, exported } = read(bytes)
  for (const each of imported) {
    // Where a closure is handed to an import, only its description has the address of what calls that closure.
    const description = exported.get(DESCRIBES + each.name)
    if (description) each.uses.add(description)
  }
  const isLeftOut = (name) => name.startsWith(DESCRIBES) || SUSPENDS.test(name)
  const called = reach([...exported].filter(([name]) => !isLeftOut(name)).map(([, each]) => each))
  for (const each of called.keys()) {
    if (FORMATS.test(each.name)) throw new Error(complaint(each, called))
    if (each.parameters > MOST_PARAMETERS) {
      throw new Error(
        `${withoutHash(each)} has ${each.parameters} parameters (a text is two, a returned struct one); ` +
          `with more than ${MOST_PARAMETERS}, WebKit on Linux may crash`,
      )
    }
  }
  return withEmptied(
    bytes,
    defined.filter((each) => each.hasAddressTaken && !called.has(each)),
  )
}

/** Whether wasm-bindgen left out what `prune` took for left out. */
export function checkExports(bytes) {
  const kept = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).find(({ name }) => SUSPENDS.test(name))
  if (kept) throw new Error(`wasm-bindgen exports ${kept.name}: pkg/build/call-graph.js must not count it as left out any more`)
}

/** What is called without a panic, with what calls it. */
function reach(roots) {
  const called = new Map(roots.map((root) => [root, undefined]))
  for (const each of called.keys()) {
    if (each.endsInTrap && PANICS.test(each.name) && !SETS_HOOK.test(each.name)) continue
    for (const used of each.uses) if (!called.has(used)) called.set(used, each)
  }
  return called
}

function complaint(formats, called) {
  const way = []
  for (let each = formats; each; each = called.get(each)) way.unshift(withoutHash(each))
  return (
    `${way.at(-2)} formats text by ${way.at(-1)}, which brings all of core::fmt into the module, a tenth of its weight. ` +
    `It is called by way of ${way.slice(0, -1).join(' → ')}`
  )
}

function withoutHash({ name }) {
  return name.replace(/(::h|_)[\da-f]{16}$/, '')
}
