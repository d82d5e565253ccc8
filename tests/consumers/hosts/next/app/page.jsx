import { createSession } from 'incode-core'

// Nothing here marks the page as dynamic. Next.js must notice that each visit sends a request.
export default async function Page() {
  const { interviewId } = await createSession(process.env.INCODE_API_KEY, {
    configurationId: 'approved',
    apiURL: process.env.INCODE_API_URL,
  })
  return <main>Session {interviewId}</main>
}
