import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { prune } from './call-graph.js'

const folder = mkdtempSync(join(tmpdir(), 'incode-core-'))
after(() => rmSync(folder, { recursive: true }))

/** A crate with exports of its own: `shown` has the given body behind it, `listed` panics with a formatted message beyond the list. */
function compiled(shown) {
  const source = join(folder, 'trial.rs')
  writeFileSync(
    source,
    `
    #[inline(never)]
    fn inner(number: u32) -> usize { ${shown} }
    #[unsafe(no_mangle)]
    extern "C" fn shown(number: u32) -> usize { inner(number) }
    #[unsafe(no_mangle)]
    extern "C" fn listed(at: usize) -> u32 { [7, 8, 9, std::hint::black_box(10)][at] }
    #[unsafe(no_mangle)]
    extern "C" fn hook() { std::panic::set_hook(Box::new(|_| std::process::abort())) }
  `,
  )
  const flags = ['--emit-relocs', '--demangle'].map((flag) => `-Clink-arg=${flag}`)
  const profile = ['-Copt-level=z', '-Cpanic=abort', '-Clto=fat', '-Ccodegen-units=1', '--edition=2024', '--crate-type=cdylib']
  execFileSync('rustc', ['--target', 'wasm32-unknown-unknown', ...profile, ...flags, '--out-dir', folder, source], { stdio: 'pipe' })
  return readFileSync(join(folder, 'trial.wasm'))
}

const run = (bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports

test('what only a panic formats is emptied, and all else still works', () => {
  const whole = compiled('number as usize + 1')
  const pruned = prune(whole)
  assert(pruned.length < whole.length)
  const { shown, listed, hook } = run(pruned)
  hook()
  assert.deepEqual([shown(1), listed(1)], [2, 8])
  assert.throws(() => listed(4), WebAssembly.RuntimeError)
})

for (const [what, shown] of [
  ['format!', 'format!("{number}").len()'],
  ['to_string', '(f64::from(number) / 3.0).to_string().len()'],
  ['write!', 'let mut text = String::new(); let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{number:?}")); text.len()'],
  ['a trait object', 'let text: Box<dyn Fn() -> String> = Box::new(move || format!("{number:x}")); std::hint::black_box(text)().len()'],
]) {
  test(`${what} outside of a panic is refused by the caller's name`, () => {
    assert.throws(() => prune(compiled(shown)), /^Error: trial::inner\S* formats text by .*fmt::/)
  })
}

test('a function with seven parameters is refused by its name', () => {
  const sum = (count) => {
    const names = Array.from({ length: count }, (_, at) => `p${at}`)
    const parameters = names.map((name) => `${name}: usize`)
    const values = names.map((_, at) => `std::hint::black_box(${at})`)
    return `#[inline(never)] fn sum(${parameters}) -> usize { std::hint::black_box(${names.join(' + ')}) } number as usize + sum(${values})`
  }
  assert.equal(run(prune(compiled(sum(6)))).shown(1), 16)
  assert.throws(() => prune(compiled(sum(7))), /^Error: trial::inner::sum has 7 parameters/)
})

test('a module without relocations is refused', () => {
  assert.throws(() => prune(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])), /--emit-relocs/)
})
