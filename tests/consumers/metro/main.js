import * as core from '@incodetech/core'
import * as session from '@incodetech/core/session'
import { journey } from './journey.mjs'

// Another file of the bundle, or a dependency in it, is CommonJS.
const modules = [core, session, require('@incodetech/core'), require('@incodetech/core/session')]
const instances = new Set(modules.map(({ setup }) => setup)).size

const api = new URLSearchParams(location.search).get('api')
window.outcome = journey({ ...session, setup: modules[2].setup }, api).then((outcome) => ({ instances, ...outcome }))
