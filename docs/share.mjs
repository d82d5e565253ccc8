// `node docs/share.mjs`: copies the parts that pkg/README.md shares with README.md and docs/. npm shows pkg/README.md without the other
// files, so it has to be complete by itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SHARED = /(?<=^<!-- shared with pkg\/README\.md: ([\w-]+) -->\n)[\s\S]*?(?=^<!-- end of the shared part -->$)/gm
const COPIED = /(?<=^<!-- shared: ([\w-]+) -->\n)[\s\S]*?(?=^<!-- end of the shared part -->$)/gm
const PUBLISHED = new URL('../pkg/README.md', import.meta.url)

/** Returns the text of pkg/README.md, as it is and as it should be. */
export function published() {
  const parts = new Map()
  const pages = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.md'))
  for (const path of ['../README.md', ...pages]) {
    for (const [text, name] of read(path).matchAll(SHARED)) {
      const [link] = /\]\((?!https:)[^)]*\)/.exec(text) ?? []
      if (link && !link.startsWith('](#'))
        throw new Error(`${path}: the shared part ${name} has a relative link, which is dead on npm: ${link}`)
      parts.set(name, text)
    }
  }
  const is = read('../pkg/README.md')
  const shouldBe = is.replace(COPIED, (_, name) => {
    if (!parts.has(name)) throw new Error(`No page has a shared part named ${JSON.stringify(name)}`)
    const part = parts.get(name)
    parts.delete(name)
    return part
  })
  if (parts.size > 0) throw new Error(`pkg/README.md has no place for ${[...parts.keys()].join(', ')}`)
  return { is, shouldBe }
}

function read(path) {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PUBLISHED, published().shouldBe)
