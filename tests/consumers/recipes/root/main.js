import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import '@incodetech/web/flow'

const apiURL = new URLSearchParams(location.search).get('api')

async function run() {
  const { token } = await createSession('sandbox-api-key-4f1c9d', { configurationId: 'approved', apiURL })
  await setup({ apiURL, token })
  const flow = document.createElement('incode-flow')
  const finished = new Promise((resolve, reject) => Object.assign(flow, { config: { token }, onFinish: resolve, onError: reject }))
  document.body.append(flow)
  await finished
  return getFinishStatus()
}

window.outcome = run()
