/** Fields of a session that a page needs. */
export interface PageSession {
  token: string
  apiURL: string
}

/** Failure of the flow or the backend; `code` is that of an IncodeError, or the flow's. */
export class Failure extends Error {
  constructor(
    message: string | undefined,
    readonly code: string | number | undefined,
  ) {
    super(message)
  }
}

export async function startSession(configurationId: string, signal: AbortSignal): Promise<PageSession> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify({ configurationId }), signal })
  const result = await response.json()
  if (!response.ok) throw new Failure(`The backend responded with ${response.status}`, result.error)
  return result
}
