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

/** What a call is refused with, and what the vendor heard of it. */
async function refused(call) {
  const heard = []
  const stop = subscribeEvent((event) => heard.push(event))
  const error = await call().then(
    () => new Error('it was not refused'),
    (error) => error,
  )
  stop()
  return { reason: error instanceof IncodeError ? error.code : String(error), heard }
}

async function run() {
  const refusals = [
    await refused(() => setup({ apiURL, encryption: true })),
    await refused(() => setupCore({ apiURL: 'ftp://the-api.example' })),
    await refused(() => initializeSession({ token: '' })),
    await refused(() => initializeByWeb({ token: 'a token' })), // which the vendor does not have there
    await refused(() => setup({ apiURL, theme: 'unknown' })),
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
    refusals,
    setups: [setupsBefore, setups],
    heard,
    status,
    version: core.version,
    isDesktop: isDesktopOrEmulated(),
    isOneCore: createSession === createOwnSession,
  }
}

window.outcome = run()
