import { createSession, getFinishStatus, setup } from 'incode-core'
import { delay, HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

const apiURL = 'https://api.example'
const server = setupServer()

export function isAnsweredByMSW() {
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())

  test('MSW receives requests and responds', async () => {
    server.use(
      http.post(`${apiURL}/omni/start`, async ({ request }) => {
        const { configurationId } = await request.json()
        return HttpResponse.json({ token: `${configurationId} for ${request.headers.get('x-api-key')}` })
      }),
      http.get(`${apiURL}/omni/finish-status`, ({ request }) => {
        const { searchParams } = new URL(request.url)
        return HttpResponse.json({
          action: 'approved',
          flowId: searchParams.get('flowId'),
          token: request.headers.get('x-incode-hardware-id'),
        })
      }),
    )
    expect(await createSession('a-key', { configurationId: 'c', apiURL })).toEqual({ token: 'c for a-key' })
    await setup({ apiURL, token: 't' })
    expect(await getFinishStatus('f 1')).toMatchObject({ action: 'approved', scoreStatus: 'UNKNOWN', flowId: 'f 1', token: 't' })
  })

  test('MSW responds with errors', async () => {
    const responses = [
      [
        () => HttpResponse.json({ message: 'slow down' }, { status: 429, headers: { 'retry-after': '60' } }),
        { code: 'RATE_LIMITED', retryAfter: 60_000 },
      ],
      [() => HttpResponse.error(), { code: 'NETWORK' }],
      [() => new HttpResponse('<html>', { headers: { 'content-type': 'text/html' } }), { code: 'INVALID_RESPONSE' }],
      [() => delay('infinite'), { code: 'TIMEOUT' }],
    ]
    for (const [response, expected] of responses) {
      server.use(http.post(`${apiURL}/omni/start`, response))
      const call = createSession('a-key', { configurationId: 'c', apiURL, timeout: 200 })
      await expect(call).rejects.toMatchObject({ name: 'IncodeError', attempts: 1, ...expected })
    }
  })

  test('a call is retried', async () => {
    let requests = 0
    server.use(
      http.get(`${apiURL}/omni/finish-status`, () => (++requests < 3 ? new HttpResponse(null, { status: 503 }) : HttpResponse.json({}))),
    )
    await setup({ apiURL, token: 't' })
    expect((await getFinishStatus()).action).toBe('none')
    expect(requests).toBe(3)
  })
}
