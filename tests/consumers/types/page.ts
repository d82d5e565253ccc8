import { IncodeError, preload, type SetupOptions, setup } from '@incodetech/core'
import { createSession, type FinishStatus, getFinishStatus, initializeSession, type Session } from '@incodetech/core/session'

const options: SetupOptions = { apiURL: new URL('https://demo-api.incodesmile.com/0'), customHeaders: { 'x-tenant': 'one' } }

export async function verify(signal: AbortSignal): Promise<FinishStatus['action']> {
  await preload()
  await setup(options)
  const session: Session = await createSession('key', { configurationId: 'approved', signal })
  await initializeSession({ token: session.token })
  try {
    return (await getFinishStatus(null, { timeout: 5_000 })).action
  } catch (error) {
    // Both entries have one class, so either's errors are instances of it.
    if (error instanceof IncodeError && error.code === 'SESSION_EXPIRED') return 'none'
    throw error
  }
}

// @ts-expect-error a mistyped option is found, so the types are there at all
export const mistyped = createSession('key', { configurationId: 'approved', externalID: 'person' })
