'use client'
import { useEffect } from 'react'
import { setup } from '@incodetech/core'
import { getFinishStatus } from '@incodetech/core/session'
import { verify } from '../journey.mjs'

export function Verification({ apiURL, token }) {
  useEffect(() => {
    window.outcome = setup({ apiURL, token })
      .then(() => verify(apiURL, token))
      .then(() => getFinishStatus())
  }, [apiURL, token])
  return <main>Verification</main>
}
