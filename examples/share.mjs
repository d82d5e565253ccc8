// `node examples/share.mjs` copies the files of examples/shared into the examples. Each example is complete, so that its folder can be
// copied alone. A file is a copy if its path ends like that of a file in examples/shared: edit only the latter.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Returns the copies that differ from their source, as { path, source }. */
export function outdated() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: import.meta.dirname })
  const files = [...new Set(String(listed).split('\0').filter(Boolean))]
  const sources = files.filter((path) => path.startsWith('shared/'))
  return sources.flatMap((source) => {
    const ending = source.slice('shared'.length)
    const copies = files.filter((path) => path.endsWith(ending) && path !== source)
    if (copies.length === 0) throw new Error(`No example has a copy of ${source}`)
    return copies.filter((path) => read(path) !== read(source)).map((path) => ({ path, source }))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, source } of outdated()) writeFileSync(new URL(path, import.meta.url), read(source))
}
