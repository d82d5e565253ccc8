import { getFinishStatus } from '@incodetech/core/session'
import { json } from '@sveltejs/kit'
import { toResponse } from '#lib/server/errors.js'
import { apiKey, options, sessions, userOf } from '#lib/server/sessions.ts'
import type { RequestHandler } from './$types'

// The page reports that the flow ended; the result comes from the API. Never trust a result sent by the page.
export const POST: RequestHandler = async (event) => {
  const session = sessions.get(userOf(event))
  if (!session) return json({ error: 'NO_SESSION' }, { status: 409 })
  try {
    // Pass the token in the call: `setup` is process-wide, and this process serves many users.
    const credentials = { token: session.token, customHeaders: { 'x-api-key': apiKey } }
    const { action } = await getFinishStatus(null, { ...options, ...credentials, fetch: event.fetch })
    return json({ action })
  } catch (error) {
    const { status, headers, body } = toResponse(error)
    return json(body, { status, headers })
  }
}
