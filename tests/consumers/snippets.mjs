// The snippets of both READMEs, by name.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm
/** A file's name and the runner of a test, in a comment of its first line. */
const NAMED = /^(?:\/\/|<!--) ([\w./-]+\.\w+)(?:, (\w+))?(?: -->)?\n/

const documents = await Promise.all(
  ['README.md', 'pkg/README.md'].map(async (name) => ({ name, text: await readFile(join(root, name), 'utf8') })),
)

/** Every snippet once, as { name, language, runner, text }. Without a file's name it goes by document, heading and place. */
export const snippets = documents.flatMap(({ name, text }) => read(name, text)).filter(unlessShared)

export function snippet(name) {
  const found = snippets.filter((snippet) => snippet.name === name)
  assert.equal(found.length, 1, `the READMEs have ${found.length} snippets named ${JSON.stringify(name)}`)
  return found[0].text
}

/** All that belong to a test runner. */
export function snippetsFor(runner) {
  return snippets.filter((snippet) => snippet.runner?.toLowerCase() === runner)
}

/** Writes named snippets where their names say, below `folder`. */
export async function lay(folder, ...names) {
  for (const name of names) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, snippet(name))
  }
}

/** The documents in which a fence belongs to no snippet. */
export function strayFences() {
  const isStray = ({ text }) => text.match(/^\s*(?:```|~~~)/gm).length !== [...text.matchAll(FENCED)].length * 2
  return documents.filter(isStray).map(({ name }) => name)
}

/** The policies of the README's table, by the page that they are for. */
export function policies() {
  const rows = [...documents[0].text.matchAll(/^\| ([^|]+) \| `(script-src [^`]+)` \|$/gm)]
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
        .replace(/^#+ /, '') ?? 'the beginning'
    const place = (places.get(heading) ?? 0) + 1
    places.set(heading, place)
    return { name: name ?? `${document}, ${heading}, ${place}`, language, runner, text }
  })
}

/** What both documents have in common counts once. */
function unlessShared({ name, text }, index, all) {
  return all.findIndex((other) => other.name === name && other.text === text) === index
}
