// A CommonJS module.
import core = require('incode-core')
import session = require('incode-core/session')

async function run(): Promise<core.FinishStatus> {
  const { token } = await session.createSession('key', { configurationId: 'c' })
  try {
    return await core.getFinishStatus(null, { token, retries: 0 })
  } catch (error) {
    if (error instanceof session.IncodeError && error.code === 'RATE_LIMITED') void (error.status satisfies 429)
    // @ts-expect-error retry is an alias that getFinishStatus rejects
    return core.getFinishStatus(null, { token, retry: 0 })
  }
}
void run
