import { createHash, randomUUID } from 'node:crypto'
import type { Session } from '@incodetech/core'
import type { RequestEvent } from '@sveltejs/kit'
import { env } from '$env/dynamic/private'

/** Token and interviewId of each user's session. Use your database. Webhooks identify a session by its interviewId. */
export const sessions = new Map<string, Pick<Session, 'token' | 'interviewId'>>()

export const apiKey = env.INCODE_API_KEY ?? ''

/** Options of each call: the API, and the total time in ms, because a user is waiting. */
export const options = { apiURL: env.INCODE_API_URL, timeout: 8_000 }

/** Returns the ID of the visitor: replace it with your own sign-in. A visitor without a cookie is a new user. */
export function userOf({ cookies, url }: RequestEvent) {
  const known = cookies.get('user')
  const cookie = known ?? randomUUID()
  if (!known) cookies.set('user', cookie, { path: '/', sameSite: 'strict', secure: url.protocol === 'https:' })
  return createHash('sha256').update(cookie).digest('hex') // sent to the API, which must not get the cookie
}
