import { readFile } from 'node:fs/promises'
import { createSession, preload } from '@incodetech/core'

export async function token(apiKey: string): Promise<string> {
  await preload(readFile(new URL(import.meta.resolve('@incodetech/core/wasm'))))
  return (await createSession(apiKey, { configurationId: 'approved' })).token
}
