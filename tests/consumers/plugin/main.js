import { isDesktopOrEmulated } from '@incodetech/core/device'
import { subscribeEvent } from '@incodetech/core/events'
import { createSession, getFinishStatus, initializeSession } from '@incodetech/core/session'
import { initializeSession as initializeByWeb, setup } from '@incodetech/web'
import { createSession as createOwnSession } from 'incode-core'
import { open } from 'plugin-library'
import '@incodetech/web/flow'
import core, { IncodeError, setup as setupCore, setups } from '@incodetech/core'
import { SANDBOX_KEY } from './sandbox-key.mjs'

const apiURL = new URLSearchParams(location.search).get('api')

/** Returns how a call ended, and which calls reached the vendor. */
async function tried(call) {
  const heard = []
  const stop = subscribeEvent((event) => heard.push(event))
  const end = await call().then(
    () => 'resolved',
    (error) => (error instanceof IncodeError ? error.code : String(error)),
  )
  stop()
  return { end, heard }
}

async function run() {
  const rejections = [
    await tried(() => setup({ apiURL, encryption: true })),
    await tried(() => setupCore({ apiURL: 'ftp://the-api.example' })),
    await tried(() => initializeSession({ token: '' })),
    await tried(() => initializeByWeb({ token: 'a token' })), // which the vendor does not have there
    await tried(() => setup({ apiURL, theme: 'unknown' })),
  ]
  const setupsBefore = setups
  const heard = []
  subscribeEvent((event) => heard.push(event))

  const { token } = await open(SANDBOX_KEY, apiURL)
  const options = { apiURL }
  const settingUp = setup(options)
  options.apiURL = 'https://changed-after-the-call.example'
  await settingUp
  await initializeSession({ token })
  const flow = document.createElement('incode-flow')
  const finished = new Promise((resolve, reject) => Object.assign(flow, { config: { token }, onFinish: resolve, onError: reject }))
  document.body.append(flow)
  await finished
  const status = await getFinishStatus()

  await setupCore({ apiURL, token })
  await initializeSession()
  return {
    rejections,
    setups: [setupsBefore, setups],
    heard,
    status,
    version: core.version,
    isDesktop: isDesktopOrEmulated(),
    isOneCore: createSession === createOwnSession,
  }
}

window.outcome = run()
