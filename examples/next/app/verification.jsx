'use client'
import { setup } from '@incodetech/core'
import { getFinishStatus } from '@incodetech/core/session'
import { useEffect, useRef, useState } from 'react'
import { startSession } from './actions.js'

const WORDS = {
  approved: 'You are approved.',
  rejected: 'You are rejected.',
  none: "We're reviewing your verification. We'll email you.",
  SESSION_EXPIRED: 'Your session has expired. Please start again.',
  UNAUTHORIZED: 'Your session has expired. Please start again.', // a device whose clock is behind can't detect that it expired
  RATE_LIMITED: "We're very busy right now. Please try again in a minute.",
}
const FAILED = 'Something went wrong. Please try again.'

export function Verification() {
  const [session, setSession] = useState()
  const [words, setWords] = useState('')
  const ref = useRef(null)

  async function start(event) {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setWords('')
    const { error, ...created } = await startSession(configurationId)
    if (error) return setWords(WORDS[error] ?? FAILED)
    try {
      // The element's module needs a document, so the server must not load it.
      await Promise.all([setup(created), import('@incodetech/web/flow')])
      setSession(created)
    } catch (error) {
      setWords(WORDS[error.code] ?? FAILED)
    }
  }

  useEffect(() => {
    const flow = ref.current
    if (!flow) return
    const leaving = new AbortController()
    const end = (words) => {
      setSession(undefined)
      setWords(words)
    }
    flow.onFinish = () => {
      getFinishStatus(null, { ...session, signal: leaving.signal }).then(
        ({ action }) => end(WORDS[action] ?? WORDS.none),
        (error) => leaving.signal.aborted || end(WORDS[error.code] ?? FAILED),
      )
    }
    flow.onError = (_message, code) => end(code === 401 ? WORDS.SESSION_EXPIRED : FAILED)
    flow.apiURL = session.apiURL // for the mock element only; Incode's element reads it from setup()
    flow.config = { token: session.token, lang: document.documentElement.lang }
    return () => {
      leaving.abort()
      flow.onFinish = flow.onError = null
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
            <option>expires-at-once</option>
          </select>
        </label>
        <button type="submit" disabled={session !== undefined}>
          Verify me
        </button>
      </form>
      <p role="status">{words}</p>
      {session && <incode-flow ref={ref} />}
    </>
  )
}
