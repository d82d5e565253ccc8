// What the vendor's guide asks a backend for: it holds the API key, and hands a page the token of a new session.
import { createServer } from 'node:http'
import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'

const { INCODE_API_URL: apiURL, INCODE_API_KEY: apiKey } = process.env
await setup({ apiURL })

const routes = {
  '/api/session': () => createSession(apiKey, { configurationId: 'approved' }),
  '/api/result': ({ token }) => getFinishStatus(null, { token }),
}

const server = createServer(async (request, response) => {
  let body = ''
  for await (const part of request.setEncoding('utf8')) body += part
  const answer = await routes[request.url](JSON.parse(body))
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
