// `node docs/api.mjs`: writes the reference in docs/api.md, from pkg/index.d.ts. Its tools are packages of tests/types: run `npm ci` there first.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const PAGE = join(here, 'api.md')
const MARK = '<!-- Generated from pkg/index.d.ts by `node docs/api.mjs`. -->\n'

/** Options of typedoc and typedoc-plugin-markdown. */
const OPTIONS = {
  entryPoints: [join(here, '../pkg/index.d.ts')],
  tsconfig: join(here, 'tsconfig.json'),
  logLevel: 'Error',
  readme: 'none',
  disableSources: true,
  sort: ['source-order'],
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias', 'Enum', 'Constructor', 'Property', 'Method'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Enumerations', 'Constructors', 'Properties', 'Methods'],
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hidePageTitle: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  jsDocCompatibility: { defaultTag: false },
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true },
}

/** Returns the text of docs/api.md, as it is and as it should be. */
export async function reference() {
  const is = readFileSync(PAGE, 'utf8')
  const [introduction] = is.split(MARK)
  return { is, shouldBe: `${introduction}${MARK}\n${await generate()}` }
}

async function generate() {
  const require = createRequire(join(here, '../tests/types/package.json'))
  const { Application, Converter } = await import(pathToFileURL(require.resolve('typedoc')))
  const plugin = [require.resolve('typedoc-plugin-markdown')]
  const output = mkdtempSync(join(tmpdir(), 'incode-api-'))
  try {
    const app = await Application.bootstrapWithPlugins({ ...OPTIONS, plugin, outputs: [{ name: 'markdown', path: output }] })
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => prune(project))
    await app.generateOutputs(await app.convert())
    return tidy(readFileSync(join(output, 'README.md'), 'utf8'))
  } finally {
    rmSync(output, { recursive: true, force: true })
  }
}

/** Removes what the page has elsewhere: inherited members, the comment of the module, and the table of codes in the class. */
function prune(project) {
  delete project.comment
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.flags.isInherited || reflection.name === '[hasInstance]') project.removeReflection(reflection)
    const [first] = reflection.comment?.summary ?? []
    if (reflection.parent?.name === 'IncodeError' && reflection.name === 'code') {
      first.text = first.text.slice(0, first.text.indexOf('\n'))
      reflection.comment.summary = [first]
    }
  }
}

/** Shortens headings that repeat, and names `Unlisted` where TypeScript shows its only member. */
function tidy(markdown) {
  return markdown
    .replace(/#### Enumeration Members[\s\S]*?(?=^##? |(?![\s\S]))/gm, '')
    .replaceAll('[`value`](#value)', '[`Unlisted`](#unlisted)')
    .replace(/^\*\*\*\n+/gm, '')
    .replace(/^#### Constructors\n\n##### Constructor$/gm, '#### Constructor')
    .replace(/^#{4,6} Overrides\n\n.*\n/gm, '')
    .replace(/^#{4,6} (\w[\w ]*)$/gm, '**$1**')
    .replace(/^#####(?= )/gm, '####')
    .replace(/^ - /gm, '- ')
    .replace(/(\|.*) \| -(?= \|$)/gm, '$1 | ')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
    .concat('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, (await reference()).shouldBe)
