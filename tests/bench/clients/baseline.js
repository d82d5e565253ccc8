// The baseline: the same job written by hand around `fetch`.
const VERSION = { 'api-version': '1.0' }
const TIMEOUT = 30_000

let current = {}

export async function setup({ apiURL, token, customHeaders = {}, timeout = TIMEOUT }) {
  const base = apiURL ?? current.apiURL
  if (typeof base !== 'string') throw new TypeError('apiURL is missing')
  current = { apiURL: base.replace(/\/+$/, ''), token, customHeaders, timeout }
}

export async function createSession(apiKey, { signal, timeout, ...options }) {
  if (!options.configurationId) throw new TypeError('configurationId is missing')
  const session = await request('/omni/start', 'Failed to create Incode session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify(options),
    signal,
    timeout,
  })
  if (typeof session.token !== 'string') throw new TypeError('the response has no token')
  return session
}

export async function getFinishStatus(flowId, { token = current.token, signal, timeout } = {}) {
  if (!token) throw new TypeError('token is missing')
  const query = flowId ? `?flowId=${encodeURIComponent(flowId)}` : ''
  const status = await request('/omni/finish-status' + query, 'Failed to get Incode finish status', {
    headers: { 'x-incode-hardware-id': token },
    cache: 'no-store',
    signal,
    timeout,
  })
  return { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '', ...status }
}

async function request(path, failed, { headers, signal, timeout = current.timeout, ...init }) {
  const limit = AbortSignal.timeout(timeout)
  const response = await fetch(current.apiURL + path, {
    ...init,
    headers: { ...current.customHeaders, ...VERSION, ...headers },
    credentials: 'omit',
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  })
  if (!response.ok) {
    const error = new Error(`${failed}: ${response.status}`)
    error.status = response.status
    error.api = await response.json().catch(() => undefined)
    throw error
  }
  const body = await response.json()
  if (typeof body !== 'object' || body === null) throw new TypeError('the response is not an object')
  return body
}
