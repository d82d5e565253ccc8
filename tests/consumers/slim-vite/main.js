import { preload, setup } from '@incodetech/core'
import { createSession, getFinishStatus } from '@incodetech/core/session'
import wasm from '@incodetech/core/wasm?url'
import { journey } from './journey.mjs'

const apiURL = new URLSearchParams(location.search).get('api')
window.outcome = preload(wasm).then(() => journey({ setup, createSession, getFinishStatus }, apiURL))
