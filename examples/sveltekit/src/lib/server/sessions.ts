import type { Session } from '@incodetech/core'
import { env } from '$env/dynamic/private'

/** Token and interviewId of each user's session. Use your database. Webhooks identify a session by its interviewId. */
export const sessions = new Map<string, Pick<Session, 'token' | 'interviewId'>>()

export const apiKey = env.INCODE_API_KEY ?? ''

/** Options of each call: the API, and the total time in ms, because a user is waiting. */
export const options = { apiURL: env.INCODE_API_URL, timeout: 8_000 }
