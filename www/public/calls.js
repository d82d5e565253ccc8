/*
 * Watches the page's requests for the developer's panel. It has to be imported before anything that makes requests.
 * The wrapper hands on what it was given and gives back what it got, so a page behaves the same with and without it.
 */

const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'x-incode-hardware-id'])
const MASK = '••••••••'

const listeners = []
let calls = []

/** Calls `listener` with all calls of the session, in order, whenever one starts or ends. */
export function onCalls(listener) {
  listeners.push(listener)
}

/** Forgets the calls so far: a new session begins. */
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
  // A session needs each of its calls once: the same one again is another attempt at it.
  const attempt = 1 + calls.filter((call) => call.method === method && call.url.href === url.href).length
  return { method, url, headers, attempt, pending: true, ok: false }
}

const original = globalThis.fetch

globalThis.fetch = function fetch(...args) {
  const started = performance.now()
  const answer = Reflect.apply(original, this, args)
  let call
  try {
    call = describe(...args)
  } catch {
    return answer // nothing that fetch would send: its own rejection says why
  }
  calls.push(call)
  announce()
  const end = (outcome) => {
    Object.assign(call, outcome, { pending: false, time: Math.round(performance.now() - started) })
    announce()
  }
  answer.then(
    ({ ok, status }) => end({ ok, status }),
    () => end({ ok: false }),
  )
  return answer
}
