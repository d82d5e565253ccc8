import * as core from 'incode-core'
import { expect, test, vi } from 'vitest'
import { behaves } from '../behaves.js'

behaves('inlined')

test('a module that is loaded again has no configuration', async () => {
  await core.setup({ apiURL: process.env.INCODE_API_URL, token: 't' })
  vi.resetModules()
  const fresh = await import('incode-core')
  expect(fresh.setup).not.toBe(core.setup)
  await expect(fresh.getFinishStatus()).rejects.toMatchObject({ code: 'NOT_CONFIGURED' })
  await expect(core.getFinishStatus()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
