import { createSession, getFinishStatus, setup } from 'incode-core'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'

const apiURL = 'https://api.example'
const server = setupServer(
  http.post(`${apiURL}/omni/start`, () => HttpResponse.json({ token: 't' })),
  http.get(`${apiURL}/omni/finish-status`, () => HttpResponse.json({ action: 'rejected', scoreStatus: 'FAIL' })),
)
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

test('MSW responds', async () => {
  const { token } = await createSession('a-key-of-a-test', { configurationId: 'c', apiURL })
  await setup({ apiURL, token })
  expect(await getFinishStatus()).toEqual({ action: 'rejected', scoreStatus: 'FAIL', redirectionUrl: '' })
})

test('MSW responds with an error', async () => {
  server.use(http.get(`${apiURL}/omni/finish-status`, () => HttpResponse.json({ message: 'gone' }, { status: 404 })))
  await setup({ apiURL, token: 't' })
  await expect(getFinishStatus()).rejects.toMatchObject({ code: 'CLIENT_ERROR', status: 404, api: { message: 'gone' } })
})
