// Editors show the documentation: read with the service that they use.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import typescript from 'typescript-5.9'

const SAMPLE = fileURLToPath(new URL('sample.ts', import.meta.url))
const OPTIONS = ['RequestOptions', 'SetupOptions', 'InitializeSessionOptions', 'SessionOptions', 'FinishStatusOptions']
const FUNCTIONS = ['setup', 'initializeSession', 'createSession', 'getFinishStatus', 'preload']
const TEXT = `
import * as core from 'incode-core'
${[...OPTIONS, 'Session', 'FinishStatus'].map((name) => `declare const a${name}: core.${name}`).join('\n')}
declare const code: core.IncodeErrorCode
declare const error: unknown
if (error instanceof core.IncodeError) {
  error.code
  if (error.code === 'RATE_LIMITED') error.retryAfter
}
${FUNCTIONS.map((name) => `core.${name}`).join('\n')}
`

const service = typescript.createLanguageService({
  getCompilationSettings: () => ({ strict: true, types: [], lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], module: 99, moduleResolution: 100 }),
  getScriptFileNames: () => [SAMPLE],
  getScriptVersion: () => '1',
  getScriptSnapshot: (file) => typescript.ScriptSnapshot.fromString(file === SAMPLE ? TEXT : readFileSync(file, 'utf8')),
  getCurrentDirectory: () => fileURLToPath(new URL('.', import.meta.url)),
  getDefaultLibFileName: typescript.getDefaultLibFilePath,
  fileExists: (file) => file === SAMPLE || typescript.sys.fileExists(file),
  readFile: typescript.sys.readFile,
  directoryExists: typescript.sys.directoryExists,
  realpath: typescript.sys.realpath,
})
const checker = service.getProgram().getTypeChecker()

/** Returns the documentation at the last letter of a snippet of the sample. */
function hover(snippet) {
  const { documentation, tags = [] } = service.getQuickInfoAtPosition(SAMPLE, TEXT.indexOf(snippet) + snippet.length - 1)
  return { text: typescript.displayPartsToString(documentation), tags: tags.map(({ name }) => name) }
}

/** Returns the properties of a constant of the sample. */
function properties(name) {
  const [symbol] = checker
    .getSymbolsInScope(service.getProgram().getSourceFile(SAMPLE), typescript.SymbolFlags.Variable)
    .filter((symbol) => symbol.name === name)
  return checker.getTypeOfSymbol(symbol).getProperties()
}

const declared = readFileSync(new URL('node_modules/incode-core/index.d.ts', import.meta.url), 'utf8')
const codes = declared.match(/type IncodeErrorCode =((?:\s+\| '\w+')+)/)[1].match(/\w+/g)
assert.equal(codes.length, 14)
for (const place of ['core.IncodeErrorCode', '  error.code', 'if (error.code']) {
  for (const code of codes) assert.match(hover(place).text, new RegExp(`\\| \`${code}\` \\| .+ \\| .+ \\|`), `${place} explains ${code}`)
}
const tables = ['core.IncodeErrorCode', '  error.code'].map((place) => hover(place).text.match(/\|.*\|/gs)[0])
assert.equal(tables[0], tables[1], 'both tables are the same')
assert.match(hover('error.retryAfter').text, /Milliseconds/)

for (const name of FUNCTIONS) {
  const { text, tags } = hover(`core.${name}\n`.trimEnd())
  assert.ok(text, name)
  for (const tag of ['param', 'returns', 'throws', 'example', 'see']) assert.ok(tags.includes(tag), `${name} has @${tag}`)
}

for (const name of OPTIONS) {
  for (const option of properties(`a${name}`)) {
    const text = typescript.displayPartsToString(option.getDocumentationComment(checker))
    const tags = option.getJsDocTags(checker).map((tag) => tag.name)
    assert.ok(text, `${name}.${option.name}`)
    if (/ignored/.test(text)) continue
    for (const tag of ['default', 'example']) assert.ok(tags.includes(tag), `${name}.${option.name} has @${tag}`)
  }
}
for (const name of ['Session', 'FinishStatus']) {
  for (const field of properties(`a${name}`)) assert.ok(field.getDocumentationComment(checker).length, `${name}.${field.name}`)
}
