/** What a page needs of a session. */
export interface PageSession {
  token: string
  apiURL: string
}

/** The flow or the backend could not go on; `code` as in an IncodeError, or what the flow gives. */
export class Failure extends Error {
  constructor(
    message: string | undefined,
    readonly code: string | number | undefined,
  ) {
    super(message)
  }
}

export async function openSession(configurationId: string): Promise<PageSession> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify({ configurationId }) })
  const answer = await response.json()
  if (!response.ok) throw new Failure(`The backend answered ${response.status}`, answer.error)
  return answer
}
