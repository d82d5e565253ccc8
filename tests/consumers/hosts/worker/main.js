import * as core from 'incode-core'
import { visitors } from './visitors.cjs'

const routes = {
  async visitors({ INCODE_API_URL, INCODE_API_KEY }) {
    await visitors(core, INCODE_API_URL, INCODE_API_KEY)
    return 'ok'
  },

  async binding({ API, INCODE_API_URL }) {
    const apiURL = `${INCODE_API_URL}-binding`
    const fetch = (url, init) => API.fetch(url, init)
    const { token } = await core.createSession('a-key', { apiURL, configurationId: 'c', fetch })
    const results = [
      await core.getFinishStatus(null, { apiURL, token, fetch }),
      await core.getFinishStatus(null, { apiURL, token, fetch: API.fetch.bind(API) }),
    ]
    const error = await core.getFinishStatus('fails', { apiURL, token, fetch }).catch((error) => error)
    const { code, status, attempts } = error
    const requests = await (await API.fetch('https://api.example/requests')).json()
    return JSON.stringify({ token, results: results.map(({ action }) => action), error: { code, status, attempts }, requests })
  },
}

export default {
  async fetch(request, env) {
    const [, route] = new URL(request.url).pathname.split('/')
    if (route === 'top-level') return env.TOP_LEVEL.fetch(request)
    const run = routes[route]
    return new Response(run ? await run(env).catch((error) => error.stack) : 'unknown route', { status: run ? 200 : 404 })
  },
}
