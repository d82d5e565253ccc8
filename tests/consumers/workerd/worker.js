import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import { journey } from './journey.mjs'

export default {
  async fetch(request, { INCODE_API_URL }) {
    return Response.json(await journey({ setup, createSession, getFinishStatus }, INCODE_API_URL))
  },
}
