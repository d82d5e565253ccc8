import { createSession } from '@incodetech/core'
import type { Connect, Plugin } from 'vite'
import { toResponse } from './errors.js'

/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']

/** A minimal backend for development: it keeps the API key and creates the sessions. ../express is a complete one. */
export function backend(apiURL: string | undefined, apiKey = ''): Plugin {
  const startSession: Connect.NextHandleFunction = async (request, response, next) => {
    const respond = (status: number, body: object, headers = {}) => {
      response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    try {
      let text = ''
      for await (const part of request) text += String(part)
      const { configurationId } = JSON.parse(text)
      if (!CONFIGURATIONS.includes(configurationId)) return respond(400, { error: 'INVALID_ARGUMENT' })
      const { token } = await createSession(apiKey, { apiURL, configurationId })
      respond(200, { token, apiURL })
    } catch (error) {
      try {
        const { status, headers, body } = toResponse(error)
        respond(status, body, headers)
      } catch (error) {
        next(error)
      }
    }
  }
  return { name: 'backend', configureServer: ({ middlewares }) => void middlewares.use('/api/session', startSession) }
}
