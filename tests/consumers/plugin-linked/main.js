// The other ways of importing: all of a module, for its effects alone, when it is needed.
import * as core from '@incodetech/core'
import '@incodetech/web'
import '@incodetech/web/flow'
import { SANDBOX_KEY } from './sandbox-key.mjs'

const apiURL = new URLSearchParams(location.search).get('api')

async function run() {
  const { createSession, getFinishStatus, initializeSession } = await import('@incodetech/core/session')
  const { token } = await createSession(SANDBOX_KEY, { configurationId: 'approved', apiURL })
  await core.setup({ apiURL })
  await initializeSession({ token })
  const flow = document.createElement('incode-flow')
  const finished = new Promise((resolve, reject) => Object.assign(flow, { config: { token }, onFinish: resolve, onError: reject }))
  document.body.append(flow)
  await finished
  return {
    status: await getFinishStatus(),
    setups: core.setups,
    version: core.default.version,
    hasElements: customElements.get('incode-theme') !== undefined,
  }
}

window.outcome = run()
