import { setup } from '@incodetech/core'
import '@incodetech/web/flow'

const form = document.querySelector('form')
const [button] = form.getElementsByTagName('button')
const status = document.querySelector('[role=status]')

const WORDS = {
  approved: 'You are approved.',
  rejected: 'You are rejected.',
  none: 'Somebody has to look at it: we will write to you.',
  SESSION_EXPIRED: 'Your session has expired: please begin again.',
  RATE_LIMITED: 'Many people are here just now: please try again in a minute.',
}
const FAILED = 'That did not work: please try again.'

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  status.textContent = ''
  try {
    const { token, apiURL } = await post('/api/session', { configurationId: form.elements.configurationId.value })
    await setup({ apiURL, token })
    await walk({ token, apiURL })
    const { action } = await post('/api/result')
    status.textContent = WORDS[action] ?? WORDS.none
  } catch (error) {
    console.info(error)
    status.textContent = WORDS[error.code] ?? FAILED
  }
  button.disabled = false
})

/** Shows the flow until the person is through it, or it cannot go on. */
function walk({ token, apiURL }) {
  const flow = document.createElement('incode-flow')
  const walked = new Promise((resolve, reject) => {
    flow.onFinish = resolve
    flow.onError = (message, code) => reject(failure(message, code === 401 ? 'SESSION_EXPIRED' : code))
  })
  flow.apiURL = apiURL // for the stand-in alone: the vendor's element knows it from `setup`
  flow.config = { token, lang: document.documentElement.lang }
  document.querySelector('main').append(flow)
  return walked.finally(() => flow.remove())
}

async function post(path, body = {}) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw failure(`${path} answered ${response.status}`, answer.error)
  return answer
}

function failure(message, code) {
  return Object.assign(new Error(message), { code })
}
