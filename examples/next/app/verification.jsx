'use client'
import { setup } from '@incodetech/core'
import { useEffect, useRef, useState } from 'react'
import { startSession } from './actions.js'
import { startFlow } from './flow.js'
import { failure } from './post.js'
import { readResult } from './result.js'
import { wordsForError, wordsForResult } from './words.js'

export function Verification() {
  const [isBusy, setBusy] = useState(false)
  const [session, setSession] = useState()
  const [words, setWords] = useState('')
  const ref = useRef(null)

  function end(words) {
    setSession(undefined)
    setWords(words)
    setBusy(false)
  }

  async function start(event) {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setBusy(true) // one session at a time
    setWords('')
    try {
      const { error, ...created } = await startSession(configurationId)
      if (error) throw failure('The server created no session', error)
      // The element's module needs a document, so the server must not load it.
      await Promise.all([setup(created), import('@incodetech/web/flow')])
      setSession(created)
    } catch (error) {
      end(wordsForError(error))
    }
  }

  useEffect(() => {
    if (!session) return
    const leaving = new AbortController()
    const fail = (error) => leaving.signal.aborted || end(wordsForError(error))
    const read = () => {
      readResult(session, leaving.signal).then((status) => end(wordsForResult(status)), fail)
    }
    const stop = startFlow(ref.current, session, read, fail)
    return () => {
      leaving.abort()
      stop()
    }
  }, [session])

  return (
    <>
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
      {session && <incode-flow ref={ref} />}
    </>
  )
}
