import { randomUUID } from 'node:crypto'
import type { Handle } from '@sveltejs/kit'

/** Replace with your own sign-in. A visitor without a cookie is a new user. */
export const handle: Handle = ({ event, resolve }) => {
  const { cookies, locals, url } = event
  const known = cookies.get('user')
  locals.userId = known ?? randomUUID()
  if (!known) cookies.set('user', locals.userId, { path: '/', sameSite: 'strict', secure: url.protocol === 'https:' })
  return resolve(event)
}
