export async function token(apiKey: string): Promise<string> {
  const { createSession } = await import('@incodetech/core/session')
  return (await createSession(apiKey, { configurationId: 'approved' })).token
}
