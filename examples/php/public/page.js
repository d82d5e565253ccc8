import { setup } from '@incodetech/core'
import '@incodetech/web/flow'

const form = document.querySelector('form')
const [button] = form.getElementsByTagName('button')
const status = document.querySelector('[role=status]')

const WORDS = {
  approved: 'You are approved.',
  rejected: 'You are rejected.',
  none: "We're reviewing your verification. We'll email you.",
  SESSION_EXPIRED: 'Your session has expired. Please start again.',
  RATE_LIMITED: "We're very busy right now. Please try again in a minute.",
}
const FAILED = 'Something went wrong. Please try again.'

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  status.textContent = ''
  try {
    const { token, apiURL } = await post('/api/session', { configurationId: form.elements.configurationId.value })
    await setup({ apiURL, token })
    await runFlow({ token, apiURL })
    const { action } = await post('/api/result')
    status.textContent = WORDS[action] ?? WORDS.none
  } catch (error) {
    console.info(error)
    status.textContent = WORDS[error.code] ?? FAILED
  }
  button.disabled = false
})

/** Shows the flow until it has finished or failed. */
function runFlow({ token, apiURL }) {
  const flow = document.createElement('incode-flow')
  const finished = new Promise((resolve, reject) => {
    flow.onFinish = resolve
    flow.onError = (message, code) => reject(failure(message, code === 401 ? 'SESSION_EXPIRED' : code))
  })
  flow.apiURL = apiURL // for the mock element only; Incode's element reads it from setup()
  flow.config = { token, lang: document.documentElement.lang }
  document.querySelector('main').append(flow)
  return finished.finally(() => flow.remove())
}

async function post(path, body = {}) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const result = await response.json().catch(() => ({}))
  if (!response.ok) throw failure(`${path}: ${response.status}`, result.error)
  return result
}

function failure(message, code) {
  return Object.assign(new Error(message), { code })
}
