import { setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import { journey } from './journey.mjs'

const apiURL = new URLSearchParams(location.search).get('api')
window.outcome = journey({ setup, createSession, getFinishStatus }, apiURL)
