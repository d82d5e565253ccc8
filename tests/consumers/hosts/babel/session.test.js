import * as core from 'incode-core'
import { createSession, getFinishStatus, IncodeError, initializeSession, preload, setup } from 'incode-core'
import { tour } from './tour.cjs'

const apiURL = `${process.env.INCODE_API_URL}-${Date.now()}`

test('calls change no export', async () => {
  const exported = { createSession, getFinishStatus, IncodeError, initializeSession, preload, setup }
  for (let round = 0; round < 2; round++) {
    await setup({ apiURL, token: 'unknown-token' })
    await initializeSession({ token: 'another-token' })
    await preload()
    await expect(createSession('', { configurationId: 'approved' })).rejects.toBeInstanceOf(IncodeError)
    await expect(getFinishStatus()).rejects.toMatchObject({ name: 'IncodeError', code: 'UNAUTHORIZED' })
  }
  expect({ createSession, getFinishStatus, IncodeError, initializeSession, preload, setup }).toEqual(exported)
})

/** whatwg-fetch uses the XMLHttpRequest of jsdom, which does not end when the connection is cut. */
const ENDLESS = ['rejects a response that is cut or too long']

test('a session over the network', () => tour(core, apiURL, ENDLESS), 20_000)
