// The command line and the environment. Values are not repeated in messages: one of them may be an API key in the wrong place.
import { createSession } from '../dist/index.js'
import { usage } from './stop.js'

export const COMMAND = 'incode-core check'
export const DEFAULT_TIMEOUT = 60
export const MAX_TIMEOUT = 600

const VARIABLES = { apiURL: 'INCODE_API_URL', apiKey: 'INCODE_API_KEY', configurationId: 'INCODE_CONFIGURATION_ID' }

/** Each option: its name in the result, and a function that reads its value if it takes one. */
const OPTIONS = {
  '--origin': { name: 'origin', read: readOrigin },
  '--json': { name: 'json', read: readFileName },
  '--timeout': { name: 'timeout', read: readTimeout },
  '--finish': { name: 'finish' },
  '--help': { name: 'help' },
  '-h': { name: 'help' },
  '--version': { name: 'version' },
}

export function readArguments(words) {
  const options = { finish: false, timeout: DEFAULT_TIMEOUT }
  const given = new Set()
  const rest = [...words]
  let command
  while (rest.length > 0) {
    const word = rest.shift()
    if (command === undefined && !word.startsWith('-')) {
      command = word
      if (command === 'help') return { help: true }
      if (command !== 'check') throw usage('The only command is check.')
      continue
    }
    if (!word.startsWith('-')) throw usage('Only options may follow check. The API key is read from INCODE_API_KEY.')
    const [, flag, assigned] = /^(.*?)(?:=(.*))?$/s.exec(word)
    const option = Object.hasOwn(OPTIONS, flag) ? OPTIONS[flag] : undefined
    if (!option) throw usage(unknownOption(flag))
    if (given.has(option.name)) throw usage(`${flag} is given twice.`)
    given.add(option.name)
    if (option.read) options[option.name] = option.read(assigned ?? (rest[0]?.startsWith('-') ? undefined : rest.shift()))
    else if (assigned === undefined) options[option.name] = true
    else throw usage(`${flag} takes no value.`)
  }
  if (command === undefined && !options.help && !options.version) throw usage('The command is missing: npx incode-core check.')
  return options
}

function unknownOption(flag) {
  if (/key|token|secret/i.test(flag)) return 'There is no option for the API key. It is read from INCODE_API_KEY.'
  const known = Object.keys(OPTIONS).filter((name) => name.startsWith('--'))
  return `Unknown option. The options are ${known.join(', ')}.`
}

function readOrigin(value) {
  const url = parse(value)
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/` && !/[?#\\]|\s/.test(value)
  if (!isOrigin) throw usage('--origin must be the origin of a page, such as https://your.site, without a path.')
  return url.origin
}

function readFileName(value) {
  if (!value) throw usage('--json needs the name of a file.')
  return value
}

function readTimeout(value) {
  const seconds = /^\d{1,3}$/.test(value ?? '') ? Number(value) : 0
  if (seconds < 1 || seconds > MAX_TIMEOUT) throw usage(`--timeout must be a number of seconds from 1 to ${MAX_TIMEOUT}.`)
  return seconds
}

function parse(value) {
  try {
    return new URL(value)
  } catch {
    return undefined
  }
}

/** Returns `{ apiURL, apiKey, configurationId }`. */
export function readVariables(environment) {
  const values = Object.entries(VARIABLES).map(([name, variable]) => [name, variable, environment[variable]?.trim() ?? ''])
  const missing = values.flatMap(([, variable, value]) => (value === '' ? [variable] : []))
  if (missing.length > 0) throw usage(`${list(missing)} ${missing.length === 1 ? 'is' : 'are'} required in the environment.`)
  return Object.fromEntries(values.map(([name, , value]) => [name, value]))
}

function list(names) {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/**
 * Lets `createSession` validate the values. It reports invalid ones before an aborted signal, so nothing is sent. Returns the target of
 * the check, with the `apiURL` without and with `/0`.
 */
export async function validate({ apiURL, apiKey, configurationId, origin, finish, timeout }) {
  const error = await createSession(apiKey, { apiURL, configurationId, signal: AbortSignal.abort() }).catch((error) => error)
  if (error.code === 'INVALID_ARGUMENT') {
    const message = error.message.replace(/^createSession: /, '')
    throw usage(`${message.replace(/\b(?:apiURL|apiKey|configurationId)\b/g, (name) => VARIABLES[name])}.`)
  }
  const base = apiURL.replace(/\/+$/, '')
  const plain = base.replace(/\/0$/, '')
  return { apiURL: base, plain, zero: `${plain}/0`, apiKey, configurationId, origin, finish, timeout }
}
