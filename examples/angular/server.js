// A minimal backend: it keeps the API key, creates the sessions and serves the built page. ../express is a complete one.
import { createSession } from '@incodetech/core/session'
import express from 'express'
import { toResponse } from './errors.js'

const { INCODE_API_URL: apiURL, INCODE_API_KEY: apiKey, PORT = '3000' } = process.env
/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']

const app = express()
app.post('/api/session', express.json(), async (request, response) => {
  const { configurationId } = request.body ?? {}
  if (!CONFIGURATIONS.includes(configurationId)) return response.status(400).json({ error: 'INVALID_ARGUMENT' })
  const { token } = await createSession(apiKey, { apiURL, configurationId })
  response.json({ token, apiURL })
})
app.use(express.static('dist'))
app.use((error, _request, response, _next) => {
  const { status, headers, body } = toResponse(error)
  response.status(status).set(headers).json(body)
})
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
