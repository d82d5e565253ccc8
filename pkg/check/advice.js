// Sentences for the integrator, from what was seen.
import { duration, isRedirect, isSuccess } from './describe.js'
import { lifetime } from './groups/start.js'
import { AS_ASSUMED, DIFFERS, NOT_CHECKED } from './verdict.js'

const DAY = 86_400

export function advise(seen, rows) {
  const verdict = (id) => rows.find((row) => row.id === id).verdict
  return [
    start(seen),
    pageURL(seen),
    backendKey(seen),
    policy(seen),
    access(seen, verdict),
    retryAfter(seen, verdict),
    life(seen, verdict),
    repeat(verdict),
  ].flat()
}

function start({ start: { status } }) {
  if (status === 401 || status === 403) return 'The API rejected the key: check INCODE_API_KEY, and that it belongs to INCODE_API_URL.'
  if (status === 400 || status === 404) return 'The API rejected the call: check INCODE_CONFIGURATION_ID and the path of INCODE_API_URL.'
  if (status === 429 || status >= 500) return 'The API was not ready: run the check again later.'
  return []
}

function pageURL({ target, finish }) {
  if (!finish) return `apiURL in the page: not known, ${whyNot(target)}.`
  const { apiURL, plain, zero } = target
  const accepted = [isSuccess(finish.token) && plain, isSuccess(finish.zero) && zero].filter(Boolean)
  if (accepted.length === 0) return 'A page cannot request the result with the token alone: call getFinishStatus on the backend.'
  return `apiURL in the page: ${accepted.includes(apiURL) ? apiURL : accepted[0]}`
}

function backendKey({ target, finish }) {
  if (!finish) return `API key with getFinishStatus on the backend: not known, ${whyNot(target)}.`
  const given = target.apiURL === target.zero ? finish.zero : finish.token
  if (isSuccess(given)) return 'The backend does not have to send the API key with getFinishStatus.'
  const ways = [
    isSuccess(finish.key) && 'send the API key, in customHeaders',
    isSuccess(finish.zero) && 'use an apiURL that ends in /0',
  ].filter(Boolean)
  if (ways.length === 0) return 'No call of getFinishStatus succeeded: see the rows above.'
  return `For getFinishStatus, the backend must ${ways.join(', or ')}.`
}

function whyNot({ finish }) {
  return finish ? 'because there is no session' : 'run the check with --finish'
}

function policy({ target, exchanges }) {
  const origin = new URL(target.apiURL).origin
  const redirected = exchanges.some(isRedirect) ? ['The API redirects: set INCODE_API_URL to the address that it redirects to.'] : []
  return [`Content-Security-Policy of the page: connect-src ${origin}; script-src 'wasm-unsafe-eval'`, ...redirected]
}

function retryAfter({ target }, verdict) {
  if (!target.origin) return 'Whether a browser can read Retry-After is not known: run the check with --origin.'
  const sentences = {
    [AS_ASSUMED]: 'A browser can read Retry-After.',
    [DIFFERS]: 'A browser cannot read Retry-After: in a page, the waits between attempts are random.',
    [NOT_CHECKED]: `Whether a browser can read Retry-After is not known: a page of ${target.origin} could not read the response.`,
  }
  return sentences[verdict('retry-after')]
}

function access({ target }, verdict) {
  const isBlocked = ['preflight-start', 'preflight-finish', 'cors-response', 'finish-cors'].some((id) => verdict(id) === DIFFERS)
  return isBlocked
    ? `Browsers block calls from ${target.origin}: ask Incode to allow that origin, or call the API on the backend only.`
    : []
}

function life({ start }, verdict) {
  if (verdict('token-lifetime') !== AS_ASSUMED) return []
  const seconds = lifetime(start)
  return Math.abs(seconds - 90 * DAY) < DAY
    ? []
    : `A token is valid for ${duration(seconds)}, not for 90 days: create sessions when users need them.`
}

function repeat(verdict) {
  return verdict('finish-repeat') === DIFFERS ? 'Pass retries: 0 to getFinishStatus: a repeated call had a different result.' : []
}
