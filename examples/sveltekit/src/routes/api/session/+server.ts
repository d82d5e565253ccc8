import { createSession } from '@incodetech/core/session'
import { json } from '@sveltejs/kit'
import { toResponse } from '#lib/server/errors.js'
import { apiKey, options, sessions, userOf } from '#lib/server/sessions.ts'
import type { RequestHandler } from './$types'

/** Configurations that the page may choose. The sandbox has more; those of your account are in your dashboard. */
const CONFIGURATIONS = ['approved', 'rejected', 'manual-review', 'expires-at-once']

export const POST: RequestHandler = async (event) => {
  const body = await event.request.json().catch(() => undefined)
  const configurationId = body?.configurationId
  if (!CONFIGURATIONS.includes(configurationId)) return json({ error: 'INVALID_ARGUMENT' }, { status: 400 })
  try {
    const userId = userOf(event)
    const session = await createSession(apiKey, { ...options, fetch: event.fetch, configurationId, externalCustomerId: userId })
    sessions.set(userId, session)
    return json({ token: session.token, apiURL: options.apiURL })
  } catch (error) {
    const { status, headers, body } = toResponse(error)
    return json(body, { status, headers })
  }
}
