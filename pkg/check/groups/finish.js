import { isDeepStrictEqual } from 'node:util'
import { getFinishStatus } from '../../dist/index.js'
import { bodyKind, isObject, isRedirect, isSuccess, kind, names, outcome, quote } from '../describe.js'
import { recorder, send } from '../exchange.js'
import { asAssumed, differs, notChecked } from '../verdict.js'
import { readable } from './page.js'
import { contentType, isSendable } from './start.js'

const RESPONSES = 'Requests and responses'
const ACTIONS = ['approved', 'rejected', 'none']
const SCORES = ['OK', 'WARN', 'MANUAL_OK', 'FAIL', 'UNKNOWN', 'MANUAL_FAIL']
const FIELDS = ['action', 'scoreStatus', 'redirectionUrl']

export const finish = {
  title: 'Finish the session: GET /omni/finish-status',
  async observe({ target, seen, signal }) {
    const token = seen.start.json?.token
    if (!target.finish || !isSendable(token)) return
    const key = { 'x-api-key': target.apiKey }
    const ways = [
      { name: 'token', apiURL: target.plain },
      { name: 'zero', apiURL: target.zero },
      { name: 'key', apiURL: target.plain, customHeaders: key },
    ]
    seen.finish = {}
    for (const { name, apiURL, customHeaders } of ways) {
      const exchanges = []
      const settings = { retries: 0, timeout: target.timeout * 1000, signal, fetch: recorder(exchanges, apiURL) }
      // The exchange has all that is judged, also of a call that rejects.
      await getFinishStatus(null, { apiURL, token, customHeaders, ...settings }).catch(() => {})
      signal.throwIfAborted()
      seen.finish[name] = exchanges[0]
      seen.exchanges.push(exchanges[0])
    }
    const accepted = ways.find(({ name }) => isSuccess(seen.finish[name]))
    if (!accepted) return
    seen.first = seen.finish[accepted.name]
    // As a page sends it: the response also shows what a page can read.
    const origin = target.origin ? { origin: target.origin } : {}
    const headers = { 'api-version': '1.0', 'x-incode-hardware-id': token, ...accepted.customHeaders, ...origin }
    seen.repeat = await send({ method: 'GET', apiURL: accepted.apiURL, path: '/omni/finish-status', headers, signal })
    seen.exchanges.push(seen.repeat)
  },
  rows: [
    way('finish-token', 'token', 'the API accepts the token alone'),
    way('finish-zero', 'zero', 'under /0, the API accepts the token alone'),
    way('finish-key', 'key', 'the API accepts the token together with the API key'),
    {
      id: 'finish-body',
      assumption: 'the body is a JSON object',
      contract: RESPONSES,
      compare: withFirst(({ first }) => (isObject(first.json) ? asAssumed('a JSON object') : differs(bodyKind(first)))),
    },
    {
      id: 'finish-type',
      assumption: 'the content type is application/json',
      contract: RESPONSES,
      needs: ['finish-body'],
      compare: ({ first }) => contentType(first),
    },
    oneOf('action', ACTIONS),
    oneOf('scoreStatus', SCORES),
    {
      id: 'redirectionUrl',
      assumption: 'redirectionUrl is a string',
      contract: RESPONSES,
      needs: ['finish-body'],
      compare: ({ first: { json } }) => (typeof json.redirectionUrl === 'string' ? asAssumed : differs)(kind(json.redirectionUrl)),
    },
    {
      id: 'finish-fields',
      assumption: 'the response has no other fields',
      contract: RESPONSES,
      needs: ['finish-body'],
      compare({ first: { json } }) {
        const unknown = Object.keys(json).filter((name) => !FIELDS.includes(name))
        return unknown.length === 0 ? asAssumed('none') : differs(names(unknown))
      },
    },
    {
      id: 'finish-repeat',
      assumption: 'a repeated call has the same result',
      contract: 'Time',
      needs: ['finish-body'],
      compare({ first, repeat }) {
        if (repeat.text === first.text && repeat.status === first.status) return asAssumed('the same')
        if (!isSuccess(repeat)) return differs(outcome(repeat))
        if (!isObject(repeat.json)) return differs(bodyKind(repeat))
        const changed = [...new Set([...Object.keys(first.json), ...Object.keys(repeat.json)])].filter(
          (name) => !isSame(first.json[name], repeat.json[name]),
        )
        return changed.length === 0 ? asAssumed('the same') : differs(`other values: ${names(changed)}`)
      },
    },
    {
      id: 'finish-cors',
      assumption: 'a page may read the result',
      contract: 'Requests and responses',
      needs: ['cors-response'],
      compare: withFirst(({ target, repeat }) => readable(repeat, target.origin)),
    },
  ],
}

function isSame(one, other) {
  try {
    return isDeepStrictEqual(one, other)
  } catch {
    return false // nested too deeply
  }
}

/** The row for one way to send the token. */
function way(id, name, assumption) {
  return {
    id,
    assumption,
    contract: RESPONSES,
    compare: withFinish(({ finish }) => {
      if (isRedirect(finish[name])) return notChecked('redirected')
      return (isSuccess(finish[name]) ? asAssumed : differs)(outcome(finish[name]))
    }),
  }
}

function oneOf(name, values) {
  return {
    id: name,
    assumption: `${name} is ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
    contract: RESPONSES,
    needs: ['finish-body'],
    compare({ first: { json } }) {
      const value = json[name]
      return (values.includes(value) ? asAssumed : differs)(typeof value === 'string' && value !== '' ? quote(value) : kind(value))
    },
  }
}

function withFinish(compare) {
  return (seen) => {
    if (!seen.target.finish) return notChecked('needs --finish')
    return seen.finish ? compare(seen) : notChecked('no token')
  }
}

function withFirst(compare) {
  return withFinish((seen) => (seen.first ? compare(seen) : notChecked('no call was accepted')))
}
