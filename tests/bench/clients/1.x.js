// The vendor's previous SDK, used as its README says.
import { create } from '@incodetech/welcome'

let inForce = {}

export async function setup({ apiURL, token }) {
  inForce = { apiURL, token }
}

export async function createSession(apiKey, { countryCode = 'ALL', externalId, ...options }) {
  inForce.sdk = create({ apiKey, apiURL: inForce.apiURL })
  return inForce.sdk.createSession(countryCode, externalId, options)
}

export async function getFinishStatus(flowId, { token = inForce.token } = {}) {
  return inForce.sdk.getFinishStatus(flowId, { token })
}
