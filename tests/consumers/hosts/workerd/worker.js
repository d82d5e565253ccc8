import * as core from 'incode-core'
import { tour } from './tour.cjs'

export default {
  async fetch(request, { INCODE_API_KEY, INCODE_API_URL }) {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/once/')) {
      const apiURL = INCODE_API_URL + pathname.replaceAll('/', '-')
      const { token } = await core.createSession(INCODE_API_KEY, { configurationId: 'approved', apiURL })
      return Response.json(await core.getFinishStatus(null, { apiURL, token }))
    }
    const error = await tour(core, INCODE_API_URL + pathname.replace('/', '-'), [], INCODE_API_KEY).then(
      () => undefined,
      (error) => error,
    )
    return new Response(error ? error.message : 'ok')
  },
}
