import { createSession } from 'incode-core'

// Nothing here says that the page is dynamic: that it asks an API at each request has to be seen by Next.js itself.
export default async function Page() {
  const { interviewId } = await createSession(process.env.INCODE_API_KEY, {
    configurationId: 'approved',
    apiURL: process.env.INCODE_API_URL,
  })
  return <main>Session {interviewId}</main>
}
