// Neither the types of the DOM nor those of a runtime.
import { createSession, type FetchFunction, getFinishStatus, IncodeError, setup } from 'incode-core'

const fetch: FetchFunction = async (url, { method }) => ({ status: 200, text: async () => `${method} ${url}` })
await setup({ apiURL: 'https://api.example.com', fetch })
const { token } = await createSession('key', { configurationId: 'c', fetch })
try {
  await getFinishStatus(null, { token, apiURL: 'https://api.example.com', timeout: 5_000, retries: 0 })
} catch (error) {
  if (error instanceof IncodeError && error.code === 'RATE_LIMITED') void (error.status satisfies 429)
}

// @ts-expect-error timeOut is a typo
await getFinishStatus(null, { token, timeOut: 5_000 })
