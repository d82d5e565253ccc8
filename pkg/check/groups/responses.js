// All responses of the check, except preflights. It sends nothing.
import { isRedirect, names, quote } from '../describe.js'
import { ACCEPTED_CODINGS } from '../exchange.js'
import { asAssumed, differs, notChecked } from '../verdict.js'

const SECTION = 'Requests and responses'

export const responses = {
  title: 'All responses',
  async observe() {},
  rows: [
    {
      id: 'http',
      assumption: 'the API accepts HTTP/1.1',
      contract: 'Requests and responses',
      compare({ connection, exchanges }) {
        const { version } = exchanges.find(({ version }) => version) ?? {}
        if (!version) return notChecked('no response')
        const also = connection.alpn === 'h2' ? ', and HTTP/2' : ''
        return (version === '1.1' ? asAssumed : differs)(`HTTP/${version}${also}`)
      },
    },
    {
      id: 'redirects',
      assumption: 'no response is a redirect, because none is followed',
      contract: SECTION,
      compare({ target, exchanges }) {
        const found = exchanges.filter(isRedirect)
        if (found.length === 0) return asAssumed('none')
        return differs(names([...new Set(found.map((exchange) => describe(exchange, target.apiURL)))], 200))
      },
    },
    {
      id: 'compression',
      assumption: `a body is compressed only as requested (${ACCEPTED_CODINGS.join(', ')})`,
      contract: SECTION,
      compare({ exchanges }) {
        // `fetch` of some runtimes removes the header.
        const seen = exchanges.filter(({ headers, byFetch }) => headers && !byFetch)
        if (seen.length === 0) return notChecked('no response')
        const codings = [...new Set(seen.flatMap(({ headers }) => headers['content-encoding'] ?? []))]
        const isReadable = seen.every(({ isDecoded, problem }) => isDecoded || problem)
        return isReadable ? asAssumed(names(codings) || 'not compressed') : differs(codings.map(quote).join(', '))
      },
    },
    {
      id: 'cookies',
      assumption: 'the API sets no cookies, because none is sent back',
      contract: SECTION,
      compare({ exchanges }) {
        const found = [...new Set(exchanges.flatMap(({ cookies }) => cookies ?? []))]
        return found.length === 0 ? asAssumed('none') : differs(names(found))
      },
    },
  ],
}

/** Names only the origin that a redirect leads to: the rest of the address may hold credentials. */
function describe({ method, path, status, headers }, apiURL) {
  let to = 'an unknown address'
  try {
    to = new URL(headers.location, apiURL).origin
  } catch {
    // A missing or invalid location.
  }
  return `${method} ${path}: ${status} to ${to}`
}
