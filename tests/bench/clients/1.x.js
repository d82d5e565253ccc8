// The vendor's previous SDK, used as its README says.
import { create } from '@incodetech/welcome'

let current = {}

export async function setup({ apiURL, token }) {
  current = { apiURL, token }
}

export async function createSession(apiKey, { countryCode = 'ALL', externalId, ...options }) {
  current.sdk = create({ apiKey, apiURL: current.apiURL })
  return current.sdk.createSession(countryCode, externalId, options)
}

export async function getFinishStatus(flowId, { token = current.token } = {}) {
  return current.sdk.getFinishStatus(flowId, { token })
}
