/*
 * Records the page's requests for the developer's panel. Import it before any module that sends requests.
 * The wrapper passes on its arguments and returns fetch's own promise, so a page behaves the same with and without it.
 */

const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'x-incode-hardware-id'])
const MASK = '••••••••'

const listeners = []
let calls = []

/** Calls `listener` with all requests of the session, in order, whenever one starts or ends. */
export function onCalls(listener) {
  listeners.push(listener)
}

/** Clears the list for a new session. */
export function forgetCalls() {
  calls = []
  announce()
}

function announce() {
  for (const listener of listeners) listener(calls)
}

function describe(input, init = {}) {
  const request = input instanceof Request ? input : undefined
  const url = new URL(request?.url ?? input, location.href)
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const headers = [...new Headers(init.headers ?? request?.headers)].map(([name, value]) => [name, SECRET_HEADERS.has(name) ? MASK : value])
  // A session sends each request once: a repeated one is another attempt.
  const attempt = 1 + calls.filter((call) => call.method === method && call.url.href === url.href).length
  return { method, url, headers, attempt, pending: true, ok: false }
}

const original = globalThis.fetch

globalThis.fetch = function fetch(...args) {
  const started = performance.now()
  const response = Reflect.apply(original, this, args)
  let call
  try {
    call = describe(...args)
  } catch {
    return response // invalid arguments: fetch rejects by itself
  }
  calls.push(call)
  announce()
  const end = (outcome) => {
    Object.assign(call, outcome, { pending: false, time: Math.round(performance.now() - started) })
    announce()
  }
  response.then(
    ({ ok, status }) => end({ ok, status }),
    () => end({ ok: false }),
  )
  return response
}
