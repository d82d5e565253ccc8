import { failure } from './post.js'

/**
 * Starts the flow of a session in `<incode-flow>`. Call `setup` first. Returns a function that ends it: call it when the user leaves.
 *
 * All properties are set here, in JavaScript. Most frameworks turn `onFinish` in a template into a listener for an event that never fires.
 * @param {import('@incodetech/core/flow').IncodeFlowElement} flow
 * @param {{ token: string, apiURL: string }} session
 * @param {() => void} onFinish called once, even if the user selects Continue twice
 * @param {(error: Error) => void} onFailure
 */
export function startFlow(flow, { token, apiURL }, onFinish, onFailure) {
  let isFinished = false
  flow.onFinish = () => {
    if (!isFinished) onFinish()
    isFinished = true
  }
  flow.onError = (message, code) => onFailure(failure(message, code))
  flow.apiURL = apiURL // for the mock element only; Incode's element reads it from setup()
  flow.config = { token, lang: document.documentElement.lang } // starts the flow: set it last
  return () => {
    flow.onFinish = flow.onError = null
  }
}
