import { setup } from '@incodetech/core'
import { type FormEvent, useState } from 'react'
import { post } from './post.js'
import { type PageSession, Verification } from './verification.tsx'
import { wordsForError, wordsForResult } from './words.js'

export function Applicant({ name }: { name: string }) {
  const [isBusy, setBusy] = useState(false)
  const [session, setSession] = useState<PageSession>()
  const [words, setWords] = useState('')

  const end = (words: string) => {
    setSession(undefined)
    setWords(words)
    setBusy(false)
  }

  const fail = (error: unknown) => {
    console.info(error)
    end(wordsForError(error))
  }

  const start = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setBusy(true) // one session at a time
    setWords('')
    try {
      const session: PageSession = await post('/api/session', { configurationId })
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
            <option>manual-review</option>
            <option>expires-at-once</option>
          </select>
        </label>
        <button type="submit" disabled={isBusy}>
          Verify me
        </button>
      </form>
      <p role="status">{words}</p>
      {session && <Verification {...session} onStatus={(status) => end(wordsForResult(status))} onFailure={fail} />}
    </section>
  )
}
