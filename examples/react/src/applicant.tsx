import { setup } from '@incodetech/core'
import { IncodeError } from '@incodetech/core/session'
import { type FormEvent, useState } from 'react'
import { Failure, openSession, type PageSession } from './session.ts'
import { Verification } from './verification.tsx'

/** Both: a device whose clock is behind cannot see that the token has expired. The flow gives the HTTP status. */
const NEEDS_NEW_SESSION: unknown[] = ['SESSION_EXPIRED', 'UNAUTHORIZED', 401]

export function Applicant({ name }: { name: string }) {
  const [session, setSession] = useState<PageSession>()
  const [words, setWords] = useState('')

  const end = (words: string) => {
    setSession(undefined)
    setWords(words)
  }

  const fail = (error: unknown) => {
    console.info(error)
    const code = error instanceof IncodeError || error instanceof Failure ? error.code : undefined
    if (NEEDS_NEW_SESSION.includes(code)) end('Your session has expired: please begin again.')
    else if (code === 'RATE_LIMITED') end('Many people are here just now: please try again in a minute.')
    else end('That did not work: please try again.')
  }

  const begin = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setWords('')
    try {
      const session = await openSession(String(configurationId))
      await setup(session)
      setSession(session)
    } catch (error) {
      fail(error)
    }
  }

  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <form onSubmit={begin}>
        <label>
          Outcome
          <select name="configurationId">
            <option>approved</option>
            <option>rejected</option>
            <option>expires-at-once</option>
          </select>
        </label>
        <button type="submit" disabled={session !== undefined}>
          Verify me
        </button>
      </form>
      <p role="status">{words}</p>
      {session && (
        <Verification
          {...session}
          onStatus={({ action }) => {
            if (action === 'approved' || action === 'rejected') end(`You are ${action}.`)
            else end('Somebody has to look at it: we will write to you.')
          }}
          onFailure={fail}
        />
      )}
    </section>
  )
}
