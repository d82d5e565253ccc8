// Checks the word list of CONTRIBUTING.md, "Writing": `node tests/words.mjs`. It reads every document, and the comments, strings and test
// names of all code.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

const CHECKED = /\.(?:md|[cm]?[jt]sx?|rs|html|css|vue|svelte|py|php|toml|ya?ml)$|package\.json$/
const PROSE = /\.(?:md|html)$/

/** Words to avoid, each with its replacement. */
const WORDS = [
  [/\bin force\b/, 'current, set'],
  [/\ba text\b|\btexts\b/, 'a string, strings'],
  [/\banswer(?:s|ed|ing)?\b/, 'response, responds'],
  [/\brefus(?:e|es|ed|ing|al|als)\b/, 'reject, rejected; invalid'],
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

/** The attribute before a test in Rust. */
const IS_TEST = /^\s*#\[(?:tokio::|wasm_bindgen_)?test\b/

/** Files with words of the list that are not this project's, and lines that need one. */
const EXCEPTIONS = [
  ['tests/words.mjs', /\\b|^const OPENINGS/], // the list
  ['CONTRIBUTING.md', /^\| .* \| .* \|$|Start with the thing/], // the list, for people
  ['CHANGELOG.md', /incode-core\/beside/], // the old name of an entry
  ['tests/bench/clients/build-2026-11-28.js', /./], // a build that is measured as it was
]

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
let failures = 0
let lines = 0
for (const file of files.trim().split('\n')) {
  if (!CHECKED.test(file)) continue
  let previous = ''
  for (const [index, line] of textOf(file).split('\n').entries()) {
    lines += 1
    const isTest = IS_TEST.test(previous) || /\(engine: Engine\)/.test(line)
    previous = line
    if (EXCEPTIONS.some(([name, pattern]) => name === file && pattern.test(line))) continue
    const text = PROSE.test(file) ? line.replace(/`[^`]*`/g, '') : words(line, isTest)
    const found = WORDS.flatMap(([pattern, better]) => {
      const [word] = new RegExp(pattern, 'i').exec(text) ?? []
      return word && word !== word.toUpperCase() ? [`"${word}": write ${better}`] : []
    })
    const comment = /^\s*(?:\/\/[/!]?|\/?\*\*?|#)\s(.*)/.exec(line)?.[1]
    if (!PROSE.test(file) && comment && OPENINGS.test(comment)) found.push('start the comment with the thing')
    for (const problem of found) console.log(`${file}:${index + 1}: ${problem}`)
    failures += found.length
  }
}
console.log(`${lines} lines checked, ${failures} ${failures === 1 ? 'problem' : 'problems'}`)
process.exitCode = failures || lines === 0 ? 1 : 0

/** Returns the text of a file; none of one that is deleted and still in git's index. */
function textOf(file) {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

/** Returns the comment and the strings of a line of code, and the name of a test in Rust, without other identifiers. */
function words(line, isTest) {
  const comment = /(?:^|\s)(?:\/\/|\/?\*|#)(?:\s|[/!*]).*$/.exec(line)?.[0] ?? ''
  const strings = Array.from(line.matchAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g), ([text]) => text)
  const name = isTest ? /\bfn (\w+)/.exec(line)?.[1].replaceAll('_', ' ') : ''
  return [comment, name, ...strings.filter((text) => text.includes(' '))].join(' ')
}
