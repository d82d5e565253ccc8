// The same job on ky, as a team would write it.
import ky from 'ky'

let api
let current = {}

export async function setup({ apiURL, token, customHeaders, timeout = 30_000, retries = 2 }) {
  current = { token }
  api = ky.create({
    prefix: apiURL,
    timeout,
    retry: { limit: retries, methods: ['get'] },
    credentials: 'omit',
    headers: { ...customHeaders, 'api-version': '1.0' },
  })
}

export async function createSession(apiKey, { signal, ...options }) {
  const session = await api.post('omni/start', { headers: { 'x-api-key': apiKey }, json: options, signal }).json()
  if (typeof session.token !== 'string') throw new TypeError('the response has no token')
  return session
}

export async function getFinishStatus(flowId, { token = current.token, signal } = {}) {
  const status = await api
    .get('omni/finish-status', {
      headers: { 'x-incode-hardware-id': token },
      searchParams: flowId ? { flowId } : undefined,
      cache: 'no-store',
      signal,
    })
    .json()
  return { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '', ...status }
}
