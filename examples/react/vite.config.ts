import { createSession, IncodeError } from '@incodetech/core'
import { type Connect, defineConfig, loadEnv, type Plugin } from 'vite'

/** What the page may ask for. The sandbox has more of them; the real ones are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'expires-at-once']

/** Your backend in little: it holds the API key and opens the sessions. ../express is a whole one. */
function backend(apiURL: string | undefined, apiKey = ''): Plugin {
  const openSession: Connect.NextHandleFunction = async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    try {
      let text = ''
      for await (const part of request) text += String(part)
      const { configurationId } = JSON.parse(text)
      if (!CONFIGURATIONS.includes(configurationId)) return answer(400, { error: 'INVALID_ARGUMENT' })
      const { token } = await createSession(apiKey, { apiURL, configurationId })
      answer(200, { token, apiURL })
    } catch (error) {
      console.error(error)
      answer(502, { error: error instanceof IncodeError ? error.code : 'INTERNAL' })
    }
  }
  return { name: 'backend', configureServer: ({ middlewares }) => void middlewares.use('/api/session', openSession) }
}

export default defineConfig(({ mode }) => {
  const { INCODE_API_URL, INCODE_API_KEY } = loadEnv(mode, import.meta.dirname, 'INCODE_')
  return { envPrefix: 'VITE_', plugins: [backend(INCODE_API_URL, INCODE_API_KEY)] }
})
