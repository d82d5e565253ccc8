// The snippets of both READMEs and of docs/, by name.
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm
/** File name, and test runner if it is a test, in a comment on the first line. */
const NAMED = /^(?:\/\/|<!--) ([\w./-]+\.\w+)(?:, (\w+))?(?: -->)?\n/

const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)

/** Paths of the documents whose snippets are tested. Shared parts count for the document that owns them, so pkg/README.md comes last. */
export const DOCUMENTS = ['README.md', ...pages, 'pkg/README.md']

// tests/types checks the examples in docs/api.md, which are those of the types.
const documents = await Promise.all(
  DOCUMENTS.filter((name) => name !== 'docs/api.md').map(async (name) => ({ name, text: await readFile(join(root, name), 'utf8') })),
)

/** Every snippet once, as { name, language, runner, text }. A snippet without a file name is named by document, heading and position. */
export const snippets = documents.flatMap(({ name, text }) => read(name, text)).filter(unlessShared)

export function snippet(name) {
  const found = snippets.filter((snippet) => snippet.name === name)
  assert.equal(found.length, 1, `the documents have ${found.length} snippets named ${JSON.stringify(name)}`)
  return found[0].text
}

/** Returns the snippets for a test runner. */
export function snippetsFor(runner) {
  return snippets.filter((snippet) => snippet.runner?.toLowerCase() === runner)
}

/** Writes snippets to their file names below `folder`. */
export async function lay(folder, ...names) {
  for (const name of names) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, snippet(name))
  }
}

/** Returns the documents with a code fence that is not part of a snippet. */
export function strayFences() {
  const isStray = ({ text }) => (text.match(/^\s*(?:```|~~~)/gm) ?? []).length !== [...text.matchAll(FENCED)].length * 2
  return documents.filter(isStray).map(({ name }) => name)
}

/** Returns the policies of the table in docs/deployment.md, by page. */
export function policies() {
  const { text } = documents.find(({ name }) => name === 'docs/deployment.md')
  const rows = [...text.matchAll(/^\| ([^|]+) \| `(script-src [^`]+)` \|$/gm)]
  return new Map(rows.map(([, page, policy]) => [page, policy]))
}

function read(document, text) {
  const found = [...text.matchAll(FENCED)]
  const places = new Map()
  return found.map(({ 1: language, 2: text, index, input }) => {
    const [, name, runner] = NAMED.exec(text) ?? []
    const heading =
      input
        .slice(0, index)
        .match(/^##+ .*$/gm)
        ?.at(-1)
        .replace(/^#+ /, '') ?? 'start'
    const place = (places.get(heading) ?? 0) + 1
    places.set(heading, place)
    return { name: name ?? `${document}, ${heading}, ${place}`, language, runner, text }
  })
}

/** Keeps the first of equal snippets. */
function unlessShared({ text }, index, all) {
  return all.findIndex((other) => other.text === text) === index
}
