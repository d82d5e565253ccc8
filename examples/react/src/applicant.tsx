import { setup } from '@incodetech/core'
import { IncodeError } from '@incodetech/core/session'
import { type FormEvent, useState } from 'react'
import { Failure, type PageSession, startSession } from './session.ts'
import { Verification } from './verification.tsx'

/** UNAUTHORIZED too: a device whose clock is behind can't detect that the token has expired. 401 is the flow's code. */
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
    if (NEEDS_NEW_SESSION.includes(code)) end('Your session has expired. Please start again.')
    else if (code === 'RATE_LIMITED') end("We're very busy right now. Please try again in a minute.")
    else end('Something went wrong. Please try again.')
  }

  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setWords('')
    try {
      const session = await startSession(String(configurationId))
      await setup(session)
      setSession(session)
    } catch (error) {
      fail(error)
    }
  }

  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <form onSubmit={start}>
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
            else end("We're reviewing your verification. We'll email you.")
          }}
          onFailure={fail}
        />
      )}
    </section>
  )
}
