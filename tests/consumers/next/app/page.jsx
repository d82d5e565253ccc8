import { createSession } from '@incodetech/core/session'
import { Verification } from './verification.jsx'

export const dynamic = 'force-dynamic'

export default async function Page() {
  const apiURL = process.env.INCODE_API_URL
  const { token } = await createSession(process.env.INCODE_API_KEY, { configurationId: 'approved', apiURL })
  return <Verification apiURL={apiURL} token={token} />
}
