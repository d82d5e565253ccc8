// The naive crate, used as in wasm-bindgen's guide: the page waits for init, then calls.
import init, * as core from 'incode-naive'

let ready

export async function setup(options) {
  await (ready ??= init())
  core.setup(options)
}

export const createSession = (apiKey, options) => core.createSession(apiKey, options)
export const getFinishStatus = (flowId, options) => core.getFinishStatus(flowId, options)
