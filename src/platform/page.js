// The page that runs the module, if there is one: its address, console and document. A page can replace or lack each of them.
import { attempt } from './host.js'

/** Parses a URL. Without a usable `URL`, plain addresses still pass. Returns an object without properties for an invalid one. */
export function parseURL(address) {
  const parse = (text) => attempt(() => ({ href: `${new URL(text).href}`, hostname: `${new URL(text).hostname}` }))
  const url = parse(address)
  if (url || parse('https://a')?.hostname === 'a') return url ?? {}
  const { 1: hostname } = /^https?:\/\/([a-z\d.-]+|\[::1\])(:\d+)?(\/[\w./~-]*)?$/.exec(address) ?? {}
  return hostname ? { href: address, hostname } : {}
}

/** Whether this realm is a page (has a `document`) or a worker of one. */
export function isPage() {
  return Boolean(attempt(() => globalThis.document ?? (globalThis.WorkerGlobalScope && globalThis.location)))
}

/** Returns the host name of the page or worker, or an empty string. */
export function hostname() {
  return attempt(() => String(location.hostname)) ?? ''
}

/** Everything that warnings were about, so that each comes once. */
const logged = new Set()

/** Logs a warning, unless it was logged before. */
export function warnOnce(message) {
  if (!logged.has(message)) attempt(() => console.warn(message))
  logged.add(message)
}

/** Unknown options of callers can have any name, so their number is limited. */
const MAX_OPTIONS = 20
let reported = 0

/** Logs one warning about the options of a list that were not reported before. */
export function warnAboutOptions(operation, isForwarded, options) {
  const fresh = options.filter((option) => !logged.has(option) && reported++ < MAX_OPTIONS)
  for (const option of fresh) logged.add(option)
  const verb = isForwarded ? 'passes on' : 'ignores'
  if (fresh.length > 0) warnOnce(`incode-core: ${operation} ${verb} unknown options: ${fresh.join(' ')}`)
}

/** Adds a `preconnect` link for an API of another origin, unless the page has one or forbids it. Sends no request. */
export function preconnect(apiURL) {
  attempt(() => {
    const { origin } = new URL(apiURL)
    // Requests without credentials use their own pool of connections.
    const isSame = (link) => link.crossOrigin === 'anonymous' && link.href.startsWith(origin + '/')
    if (origin === location.origin || [...document.querySelectorAll('link[rel~=preconnect]')].some(isSame)) return
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: 'anonymous', href: origin }))
  })
}
