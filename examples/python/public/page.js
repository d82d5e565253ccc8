import { setup } from '@incodetech/core'
import '@incodetech/web/flow'
import { startFlow } from './flow.js'
import { post } from './post.js'
import { wordsForError, wordsForResult } from './words.js'

const form = document.querySelector('form')
const [button] = form.getElementsByTagName('button')
const status = document.querySelector('[role=status]')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true // one session at a time
  status.textContent = ''
  try {
    const session = await post('/api/session', { configurationId: form.elements.configurationId.value })
    await setup(session)
    await runFlow(session)
    status.textContent = wordsForResult(await post('/api/result'))
  } catch (error) {
    console.info(error)
    status.textContent = wordsForError(error)
  }
  button.disabled = false
})

/** Shows the flow until it has finished or failed. */
function runFlow(session) {
  const flow = document.createElement('incode-flow')
  const finished = new Promise((resolve, reject) => startFlow(flow, session, resolve, reject))
  document.querySelector('main').append(flow)
  return finished.finally(() => flow.remove())
}
