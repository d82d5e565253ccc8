// What a team would write itself on axios.
import axios from 'axios'

let api
let inForce = {}

export async function setup({ apiURL, token, customHeaders, timeout = 30_000 }) {
  inForce = { token }
  api = axios.create({ baseURL: apiURL, timeout, headers: { ...customHeaders, 'api-version': '1.0' } })
}

export async function createSession(apiKey, { signal, ...options }) {
  const { data } = await api.post('/omni/start', options, { headers: { 'x-api-key': apiKey }, signal })
  if (typeof data.token !== 'string') throw new TypeError('the answer has no token')
  return data
}

export async function getFinishStatus(flowId, { token = inForce.token, signal } = {}) {
  const { data } = await api.get('/omni/finish-status', {
    headers: { 'x-incode-hardware-id': token },
    params: flowId ? { flowId } : undefined,
    signal,
  })
  return { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '', ...data }
}
