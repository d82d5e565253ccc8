'use client'
import { setup } from '@incodetech/core'
import { getFinishStatus } from '@incodetech/core/session'
import { useEffect, useRef, useState } from 'react'
import { openSession } from './actions.js'

const WORDS = {
  approved: 'You are approved.',
  rejected: 'You are rejected.',
  none: 'Somebody has to look at it: we will write to you.',
  SESSION_EXPIRED: 'Your session has expired: please begin again.',
  UNAUTHORIZED: 'Your session has expired: please begin again.', // a device whose clock is behind cannot see it
  RATE_LIMITED: 'Many people are here just now: please try again in a minute.',
}
const FAILED = 'That did not work: please try again.'

export function Verification() {
  const [session, setSession] = useState()
  const [words, setWords] = useState('')
  const ref = useRef(null)

  async function begin(event) {
    event.preventDefault()
    const configurationId = new FormData(event.currentTarget).get('configurationId')
    setWords('')
    const { error, ...opened } = await openSession(configurationId)
    if (error) return setWords(WORDS[error] ?? FAILED)
    try {
      // The element's module wants a document, so the server never loads it.
      await Promise.all([setup(opened), import('@incodetech/web/flow')])
      setSession(opened)
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
    flow.apiURL = session.apiURL // for the stand-in alone: the vendor's element knows it from `setup`
    flow.config = { token: session.token, lang: document.documentElement.lang }
    return () => {
      leaving.abort()
      flow.onFinish = flow.onError = null
    }
  }, [session])

  return (
    <>
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
      {session && <incode-flow ref={ref} />}
    </>
  )
}
