// Access from a page: the two preflights, and the response to the request with a wrong key.
import { isRedirect, isSuccess, names, outcome, quote } from '../describe.js'
import { send } from '../exchange.js'
import { asAssumed, differs, notChecked } from '../verdict.js'

const SECTION = 'Requests and responses'

/** The headers that make a browser ask first, in its order. */
const START = { method: 'POST', path: '/omni/start', headers: ['api-version', 'content-type', 'x-api-key'] }
const FINISH = { method: 'GET', path: '/omni/finish-status', headers: ['api-version', 'x-incode-hardware-id'] }

export const page = {
  title: 'Access from a page',
  async observe({ target, seen, signal }) {
    if (!target.origin) return
    seen.preflights = []
    for (const asked of [START, FINISH]) {
      const headers = {
        origin: target.origin,
        'access-control-request-method': asked.method,
        'access-control-request-headers': asked.headers.join(','),
      }
      seen.preflights.push(await send({ method: 'OPTIONS', apiURL: target.apiURL, path: asked.path, headers, signal }))
    }
  },
  rows: [
    {
      id: 'preflight-start',
      assumption: 'a page may send POST /omni/start with its headers',
      contract: SECTION,
      compare: ({ target, preflights }) => (preflights ? preflight(preflights[0], START, target.origin) : withoutOrigin()),
    },
    {
      id: 'preflight-finish',
      assumption: 'a page may send GET /omni/finish-status with its headers',
      contract: SECTION,
      compare: ({ target, preflights }) => (preflights ? preflight(preflights[1], FINISH, target.origin) : withoutOrigin()),
    },
    {
      id: 'preflight-max-age',
      assumption: 'Access-Control-Max-Age is a number of seconds or absent',
      contract: SECTION,
      needs: ['preflight-start', 'preflight-finish'],
      compare({ preflights }) {
        const values = [...new Set(preflights.map(({ headers }) => headers['access-control-max-age']))]
        const words = values.map((value) => (value === undefined ? 'absent (browsers use 5 s)' : `${value} s`)).join(' and ')
        return values.every((value) => value === undefined || /^\d+$/.test(value))
          ? asAssumed(words)
          : differs(values.map(quote).join(' and '))
      },
    },
    {
      id: 'cors-response',
      assumption: 'a page may read responses, including errors',
      contract: SECTION,
      compare({ target, wrongKey }) {
        if (!target.origin) return withoutOrigin()
        return readable(wrongKey, target.origin)
      },
    },
    {
      id: 'retry-after',
      assumption: 'a page may read Retry-After',
      contract: 'Time',
      needs: ['cors-response'],
      compare({ wrongKey: { headers } }) {
        const exposed = list(headers['access-control-expose-headers'])
        const isExposed = (name) => exposed.includes(name) || exposed.includes('*')
        const date = isExposed('date') ? 'Date too' : 'not Date: a date in Retry-After is compared with the clock of the device'
        return isExposed('retry-after') ? asAssumed(`yes, ${date}`) : differs('not exposed')
      },
    },
  ],
}

function withoutOrigin() {
  return notChecked('needs --origin')
}

/** Judges a preflight as a browser does. */
function preflight(exchange, { method, headers }, origin) {
  if (exchange.error || !isSuccess(exchange)) return differs(outcome(exchange))
  const hidden = disallowed(exchange, origin)
  if (hidden) return differs(hidden)
  const allowed = list(exchange.headers['access-control-allow-headers'])
  const missing = headers.filter((name) => !allowed.includes(name) && !allowed.includes('*'))
  if (missing.length > 0) return differs(`not allowed: ${names(missing)}`)
  const methods = exchange.headers['access-control-allow-methods']
  // Browsers allow GET and POST anyway.
  const note = methods && !list(methods).some((name) => [method.toLowerCase(), '*'].includes(name)) ? ` (not ${method})` : ''
  return asAssumed(`all headers, methods ${methods === undefined ? 'not listed' : names(list(methods)).toUpperCase()}${note}`)
}

/** Judges whether a page may read a response. */
export function readable(exchange, origin) {
  if (exchange.error) return notChecked(outcome(exchange))
  if (isRedirect(exchange)) return notChecked('redirected')
  const hidden = disallowed(exchange, origin)
  return hidden ? differs(hidden) : asAssumed(exchange.headers['access-control-allow-origin'])
}

function disallowed({ headers }, origin) {
  const allowed = headers['access-control-allow-origin']
  if (allowed === '*' || allowed === origin) return undefined
  return allowed === undefined ? 'Access-Control-Allow-Origin is absent' : `only ${quote(allowed)} is allowed`
}

function list(header = '') {
  return header.split(',').flatMap((name) => name.trim().toLowerCase() || [])
}
