// Checks each project under each TypeScript: tsc reports no error, and every `@ts-expect-error` is needed. Then checks the documentation in
// editors and in docs/api.md. One of the projects has the examples of docs/api.md.
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { reference } from '../../docs/api.mjs'

const AT_A_TIME = 2

const here = fileURLToPath(new URL('.', import.meta.url))
const projects = readdirSync(here).filter((name) => name.endsWith('.json') && !/^(options|package|package-lock)\.json$/.test(name))
const versions = readdirSync(new URL('node_modules', import.meta.url)).filter((name) => name.startsWith('typescript-'))
const runs = versions.flatMap((version) =>
  projects.map((project) => ({ title: `${project}, ${version}`, run: [`node_modules/${version}/bin/tsc`, '--project', project] })),
)
runs.push({ title: 'hover documentation', run: ['hover.mjs'] })
const tally = { passed: 0, failed: 0 }

const [types, typesOfCommonJS] = ['index.d.ts', 'dist/index.d.cts'].map((file) =>
  readFileSync(new URL(`node_modules/incode-core/${file}`, import.meta.url), 'utf8'),
)
if (types !== typesOfCommonJS) {
  tally.failed += 1
  console.log('pkg/dist/index.d.cts is not a copy of pkg/index.d.ts: build the package first')
}

/** Names that the package exports. */
const exported = new Set(Array.from(types.matchAll(/^export (?:function|class|interface|type) (\w+)/gm), ([, name]) => name))
const page = await reference()
if (page.is !== page.shouldBe) {
  tally.failed += 1
  console.log('docs/api.md is not current: run `node docs/api.mjs`')
}
writeExamples(page.is)

/** Writes each example of the page to a module of its own. */
function writeExamples(page) {
  const folder = new URL('examples/', import.meta.url)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const sections = page.match(/^\*\*Examples?\*\*\n[\s\S]*?(?=^\*\*|^#)/gm)
  const examples = sections.flatMap((section) => Array.from(section.matchAll(/^```ts\n([\s\S]*?)^```$/gm), ([, code]) => code))
  for (const [index, code] of examples.entries()) {
    const names = [...new Set(code.match(/\w+/g))].filter((name) => exported.has(name))
    const imports = `import { ${names.map((name) => (/^[a-z]|^IncodeError$/.test(name) ? name : `type ${name}`)).join(', ')} } from 'incode-core'`
    writeFileSync(new URL(`${index}.ts`, folder), `${imports}\nexport async function example() {\n${code}}\n`)
  }
}

async function work() {
  for (let next = runs.shift(); next; next = runs.shift()) {
    const { title, run } = next
    const output = await new Promise((resolve) =>
      execFile(process.execPath, run, { cwd: here }, (error, stdout, stderr) => resolve(error && `${stdout}${stderr}${error.message}`)),
    )
    tally[output === null ? 'passed' : 'failed'] += 1
    if (output !== null) console.log(`${title}:\n${output}`)
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, work))
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed || versions.length < 3 ? 1 : 0
