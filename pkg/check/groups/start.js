import { createSession } from '../../dist/index.js'
import { unreachable } from '../connection.js'
import { bodyKind, duration, isObject, isRedirect, isSuccess, kind, names, outcome, quote } from '../describe.js'
import { recorder } from '../exchange.js'
import { Stop } from '../stop.js'
import { asAssumed, differs, notChecked } from '../verdict.js'

const RESPONSES = 'Requests and responses'
const MAX_TOKEN = 256
/** Ten years in seconds. An `exp` further away is not in seconds. */
const LONGEST = 10 * 366 * 86_400

const isString = (value) => typeof value === 'string'
const isText = (length) => (value) => isString(value) && value.length === length

/** Fields of the response, as documented, except `token`. */
const FIELDS = [
  ['interviewId', 'a string of 24 characters', isText(24)],
  ['interviewCode', 'a string of 6 characters', isText(6)],
  ['flowType', 'a string', isString],
  ['idCaptureTimeout', 'an integer', Number.isInteger],
  ['idCaptureRetries', 'an integer', Number.isInteger],
  ['selfieCaptureTimeout', 'an integer', Number.isInteger],
  ['selfieCaptureRetries', 'an integer', Number.isInteger],
  ['curpValidationRetries', 'an integer', Number.isInteger],
  ['clientId', 'a string', isString],
  ['env', '"stage", "demo" or "saas"', (value) => ['stage', 'demo', 'saas'].includes(value)],
  ['existingSession', 'a boolean', (value) => typeof value === 'boolean'],
]

export const start = {
  title: 'Start a session: POST /omni/start',
  async observe({ target, seen, signal }) {
    const { apiURL, apiKey, configurationId } = target
    const exchanges = []
    const options = { apiURL, configurationId, retries: 0, timeout: target.timeout * 1000, signal, fetch: recorder(exchanges, apiURL) }
    seen.session = await createSession(apiKey, options).catch((error) => {
      seen.rejection = error
    })
    const [exchange] = exchanges
    if (signal.aborted) throw signal.reason
    if (!exchange) throw new Stop(`createSession sent no request: ${seen.rejection?.message}`, 2)
    if (exchange.error) throw unreachable(exchange.error, apiURL)
    if (isPage(exchange)) {
      const from = `${apiURL} responded with an HTML page (status ${exchange.status}) instead of the API's JSON`
      throw new Stop(`${from}: check INCODE_API_URL, and whether a proxy or a firewall is in the way.`, 2)
    }
    seen.start = exchange
    seen.exchanges.push(exchange)
  },
  rows: [
    {
      id: 'start-status',
      assumption: 'the API creates a session, with status 200',
      contract: RESPONSES,
      compare({ start, rejection }) {
        if (isRedirect(start)) return notChecked('redirected')
        if (start.status !== 200) return differs(outcome(start))
        // The package rejected what looks right: rows below say why, or it is a bug in the package.
        const isExplained = !rejection || rejection.code === 'INVALID_RESPONSE'
        return isExplained ? asAssumed('200') : differs(`createSession rejected with ${rejection.code}`)
      },
    },
    {
      id: 'start-body',
      assumption: 'the body is a JSON object of at most 10 MB',
      contract: RESPONSES,
      compare({ start }) {
        if (isObject(start.json) && isSuccess(start)) return asAssumed('a JSON object')
        return start.status === 200 ? differs(bodyKind(start)) : notChecked('no session')
      },
    },
    {
      id: 'start-type',
      assumption: 'the content type is application/json',
      contract: RESPONSES,
      needs: ['start-body'],
      compare: ({ start }) => contentType(start),
    },
    {
      id: 'token',
      assumption: `token is a string of up to ${MAX_TOKEN} ASCII characters`,
      contract: RESPONSES,
      needs: ['start-body'],
      compare({ start: { json } }) {
        if (isString(json.token) && json.token !== '' && !isSendable(json.token)) return differs('a string that a header cannot contain')
        return (isSendable(json.token) && json.token.length <= MAX_TOKEN ? asAssumed : differs)(kind(json.token))
      },
    },
    {
      id: 'token-jwt',
      assumption: 'token is a JSON Web Token with exp, a number of seconds',
      contract: 'Errors',
      needs: ['start-body'],
      compare({ start: { json } }) {
        if (!isSendable(json.token)) return notChecked('no token')
        const claims = readClaims(json.token)
        if (!claims) return differs('not a JSON Web Token')
        return Number.isFinite(claims.exp) ? asAssumed('exp is a number') : differs(`exp is ${kind(claims.exp)}`)
      },
    },
    {
      id: 'token-lifetime',
      assumption: 'token is valid now, for 90 days or the time set in the dashboard',
      contract: 'Errors',
      needs: ['token-jwt'],
      compare({ start }) {
        const seconds = lifetime(start)
        if (seconds <= 0) return differs(`expired ${duration(-seconds)} ago`)
        return seconds <= LONGEST ? asAssumed(`valid for ${duration(seconds)}`) : differs('exp is more than 10 years away: not in seconds?')
      },
    },
    ...FIELDS.map(([name, described, isExpected]) => ({
      id: name,
      assumption: `${name} is ${described}`,
      contract: RESPONSES,
      needs: ['start-body'],
      compare({ start: { json } }) {
        const value = json[name]
        return (isExpected(value) ? asAssumed : differs)(name === 'env' && isString(value) ? quote(value) : kind(value))
      },
    })),
    {
      id: 'start-fields',
      assumption: 'the response has no other fields',
      contract: RESPONSES,
      needs: ['start-body'],
      compare({ start: { json } }) {
        const unknown = Object.keys(json).filter((name) => name !== 'token' && !FIELDS.some(([known]) => known === name))
        return unknown.length === 0 ? asAssumed('none') : differs(names(unknown))
      },
    },
  ],
}

/** Returns whether a token is a legal value of a header. */
export function isSendable(token) {
  return isString(token) && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(token)
}

export function contentType({ headers }) {
  const type = headers['content-type'] ?? ''
  const isJSON = type.split(';')[0].trim().toLowerCase() === 'application/json'
  if (isJSON) return asAssumed(quote(type))
  return differs(type === '' ? 'missing' : quote(type))
}

/** Returns the seconds that a session's token is valid, by the API's clock if it sent one. */
export function lifetime({ json, headers }) {
  const now = Date.parse(headers.date)
  return readClaims(json.token).exp - (Number.isNaN(now) ? Date.now() : now) / 1000
}

function readClaims(token) {
  const parts = token.split('.')
  try {
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString())
    return parts.length === 3 && isObject(claims) ? claims : undefined
  } catch {
    return undefined
  }
}

/** Returns whether the body is a web page, which an API doesn't send. */
function isPage({ json, text = '', headers }) {
  return json === undefined && (/^\s*<(?:!doctype|html|head|body)/i.test(text) || /html/i.test(headers['content-type'] ?? ''))
}
