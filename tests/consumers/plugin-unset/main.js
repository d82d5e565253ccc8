// A page that leaves the API to the vendor's packages.

import { getFinishStatus, setup as setupCore, setups } from '@incodetech/core'
import { subscribeEvent } from '@incodetech/core/events'
import { initializeSession } from '@incodetech/core/session'
import { setup } from '@incodetech/web'

/** Returns how a call ended, and which calls reached the vendor. */
async function tried(call) {
  const heard = []
  const stop = subscribeEvent((event) => heard.push(event))
  const end = await call().then(
    () => 'resolved',
    ({ code, message }) => code ?? message,
  )
  stop()
  return { end, heard }
}

async function run() {
  const calls = [
    await tried(() => setup({ encryption: true })),
    await tried(() => setup({ timeout: -1 })),
    await tried(() => setupCore({ apiURL: '' })),
    await tried(() => setupCore({ customHeaders: { 'x-api-key': 5 } })),
    await tried(() => setup({ region: 'eu', theme: 'dark' })),
    await tried(() => setupCore({ apiURL: undefined, token: 'a-token' })),
    await tried(() => initializeSession()),
    await tried(() => getFinishStatus()),
    await tried(() => initializeSession({ token: 'a-token' })),
    await tried(() => getFinishStatus()),
  ]
  return { calls, setups }
}

window.outcome = run()
