import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import { journey } from './journey.mjs'

self.onmessage = async ({ data: apiURL }) => {
  postMessage(await journey({ setup, createSession, getFinishStatus }, apiURL))
}
