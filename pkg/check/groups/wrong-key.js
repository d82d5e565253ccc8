import { bodyKind, isObject, isRedirect, isSuccess, kind, names, outcome } from '../describe.js'
import { send } from '../exchange.js'
import { asAssumed, differs, notChecked } from '../verdict.js'

const WRONG_KEY = 'not-a-valid-key'

/** Fields of an error body and their types. */
const FIELDS = { timestamp: 'number', status: 'number', error: 'string', message: 'string', path: 'string' }

export const wrongKey = {
  title: 'Start with a wrong API key',
  /** As a page sends it, so that the response also shows what a page can read. */
  async observe({ target, seen, signal }) {
    const headers = { 'content-type': 'application/json', 'api-version': '1.0', 'x-api-key': WRONG_KEY }
    if (target.origin) headers.origin = target.origin
    const body = JSON.stringify({ configurationId: target.configurationId })
    seen.wrongKey = await send({ method: 'POST', apiURL: target.apiURL, path: '/omni/start', headers, body, signal })
    seen.exchanges.push(seen.wrongKey)
  },
  rows: [
    {
      id: 'wrong-key-status',
      assumption: 'the status is 401 or 403',
      contract: 'Errors',
      compare({ start, wrongKey }) {
        // An API that rejects the right key too, or returns something else to it, shows nothing about a wrong one.
        if (!isSuccess(start) || !isObject(start.json)) return notChecked('no session with the right key')
        if (isRedirect(wrongKey)) return notChecked('redirected')
        const note = isSuccess(wrongKey) ? ': the API may have created another session' : ''
        return [401, 403].includes(wrongKey.status) ? asAssumed(outcome(wrongKey)) : differs(outcome(wrongKey) + note)
      },
    },
    {
      id: 'error-body',
      assumption: `an error is a JSON object with ${Object.keys(FIELDS).join(', ')}`,
      contract: 'Errors',
      needs: ['wrong-key-status'],
      compare({ wrongKey }) {
        if (wrongKey.isDecoded === false) return notChecked('the body cannot be decompressed')
        if (!isObject(wrongKey.json)) return differs(bodyKind(wrongKey))
        const wrong = Object.entries(FIELDS).filter(([name, type]) => typeof wrongKey.json[name] !== type)
        if (wrong.length > 0) return differs(wrong.map(([name]) => `${name} is ${kind(wrongKey.json[name])}`).join(', '))
        const others = Object.keys(wrongKey.json).filter((name) => !Object.hasOwn(FIELDS, name))
        return asAssumed(others.length === 0 ? 'these fields' : `these fields, and ${names(others)}`)
      },
    },
  ],
}
