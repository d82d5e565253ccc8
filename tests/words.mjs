// Checks the word list of CONTRIBUTING.md, "Writing": `node tests/words.mjs`. It reads documents, types, and the comments and strings of code.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Files to check, as git paths. */
const PATHS = [
  'src',
  'pkg/check',
  'pkg/src',
  'www/src',
  'xtask/src',
  'ARCHITECTURE.md',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'docs',
  'examples',
  'pkg/README.md',
  'pkg/*.d.ts',
  'pkg/build/pack-both.mjs',
  'www/public',
  'tests/check',
  'tests/consumers/check.mjs',
  'tests/words.mjs',
  'tests/consumers/readme',
  'tests/consumers/readme.mjs',
  'tests/consumers/snippets.mjs',
  'tests/consumers/policies.mjs',
  'tests/consumers/examples.mjs',
]
const CHECKED = /\.(?:md|[cm]?[jt]sx?|svelte|rs|html|css)$/
const PROSE = /\.(?:md|html)$/

/** Words to avoid, each with its replacement. */
const WORDS = [
  [/\bin force\b/, 'current, set'],
  [/\ba text\b|\btexts\b/, 'a string, strings'],
  [/\banswer(?:s|ed|ing)?\b/, 'response, responds'],
  [/\brefus(?:e|es|ed|ing|al)\b/, 'reject, rejected; invalid'],
  [/\btells?\b|\btold\b|\bsays? of\b/, 'report, return, log'],
  [/\bmend(?:s|ed)?\b/, 'fix, fixed'],
  [/\banew\b|\bbegins?\b|\bbegan\b|\bgo(?:es)? on\b/, 'again; start, restart, continue'],
  [/\bnobody\b|\bsomebody\b|\bwho(?:m)?ever\b|\bthe person\b/, 'no one, anyone, the user, callers'],
  [/\bby the call\b/, 'per call, in the call'],
  [/\bgoes before\b|\bgives? way\b/, 'overrides, is replaced by'],
  [/\bapart\b|\bbut for\b/, 'except'],
  [/\ba slip\b|\bslips\b/, 'a typo'],
  [/\bwarn(?:s|ed)? of\b/, 'warn about, log a warning'],
  [/\bheld by\b/, 'covered by, tested in'],
  [/\bstand-?in\b|\bstands in\b/, 'mock, simulated flow'],
  [/\bbeside\b/, 'alongside, together with'],
  [/(?<!expires-)\bat once\b|\bin silence\b|\bfor ?ever\b/, 'immediately, silently, forever'],
  [/\bof the moment\b/, 'the global `fetch` at call time'],
  [/\bdemonstration\b/, 'demo'],
]

/** Comments that start with one of these name no thing. */
const OPENINGS = /^\W*(?:What|Who|Whether|Whom)\b/

/** Sentences that need a word of the list, by file. */
const EXCEPTIONS = [
  ['CONTRIBUTING.md', /^\| .* \| .* \|$|Start with the thing/], // the word list itself
  ['CHANGELOG.md', /incode-core\/beside/], // the old name of an entry
  ['tests/words.mjs', /\\b|^const OPENINGS/],
  ['xtask/src/bench.rs', /first-answer/], // a measure's name
  ['tests/consumers/readme.mjs', /demonstration\.rs/], // a file's name
]

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...PATHS], {
  cwd: root,
  encoding: 'utf8',
})
let failures = 0
let lines = 0
for (const file of files.trim().split('\n')) {
  if (!CHECKED.test(file)) continue
  for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    lines += 1
    if (EXCEPTIONS.some(([name, pattern]) => name === file && pattern.test(line))) continue
    const text = PROSE.test(file) ? line.replace(/`[^`]*`/g, '') : words(line)
    const found = WORDS.flatMap(([pattern, better]) => {
      const [word] = new RegExp(pattern, 'i').exec(text) ?? []
      return word && word !== word.toUpperCase() ? [`"${word}": write ${better}`] : []
    })
    const comment = /^\s*(?:\/\/[/!]?|\/?\*\*?)\s(.*)/.exec(line)?.[1]
    if (!PROSE.test(file) && comment && OPENINGS.test(comment)) found.push('start the comment with the thing')
    for (const problem of found) console.log(`${file}:${index + 1}: ${problem}`)
    failures += found.length
  }
}
console.log(`${lines} lines checked, ${failures} ${failures === 1 ? 'problem' : 'problems'}`)
process.exitCode = failures || lines === 0 ? 1 : 0

/** Returns the comment and the strings of a line of code, without identifiers. */
function words(line) {
  const comment = /(?:^|\s)(?:\/\/|\/?\*)(?:\s|[/!*]).*$/.exec(line)?.[0] ?? ''
  const strings = Array.from(line.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g), ([text]) => text)
  return [comment, ...strings.filter((text) => text.includes(' '))].join(' ')
}
