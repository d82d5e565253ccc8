// The same job on axios, as a team would write it.
import axios from 'axios'

let api
let current = {}

export async function setup({ apiURL, token, customHeaders, timeout = 30_000 }) {
  current = { token }
  api = axios.create({ baseURL: apiURL, timeout, headers: { ...customHeaders, 'api-version': '1.0' } })
}

export async function createSession(apiKey, { signal, ...options }) {
  const { data } = await api.post('/omni/start', options, { headers: { 'x-api-key': apiKey }, signal })
  if (typeof data.token !== 'string') throw new TypeError('the response has no token')
  return data
}

export async function getFinishStatus(flowId, { token = current.token, signal } = {}) {
  const { data } = await api.get('/omni/finish-status', {
    headers: { 'x-incode-hardware-id': token },
    params: flowId ? { flowId } : undefined,
    signal,
  })
  return { action: 'none', scoreStatus: 'UNKNOWN', redirectionUrl: '', ...data }
}
