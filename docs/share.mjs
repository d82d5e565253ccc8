// `node docs/share.mjs`: what README.md and pkg/README.md have in common is written once, in README.md, and copied from there.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const SHARED = /(?<=^<!-- the same in README\.md and pkg\/README\.md: (\w+) -->\n)[\s\S]*?(?=^<!-- the end of what is the same -->$)/gm
const PUBLISHED = new URL('../pkg/README.md', import.meta.url)

/** What is there, and what should be there. */
export function published() {
  const parts = new Map(Array.from(read('../README.md').matchAll(SHARED), ([text, name]) => [name, text]))
  const is = read('../pkg/README.md')
  const shouldBe = is.replace(SHARED, (_, name) => {
    if (!parts.has(name)) throw new Error(`README.md has no part named ${JSON.stringify(name)}, and pkg/README.md wants it`)
    const part = parts.get(name)
    parts.delete(name)
    return part
  })
  if (parts.size > 0) throw new Error(`pkg/README.md has no place for ${[...parts.keys()].join(', ')} of README.md`)
  return { is, shouldBe }
}

function read(path) {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PUBLISHED, published().shouldBe)
