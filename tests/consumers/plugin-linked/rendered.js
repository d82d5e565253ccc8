import core, { setup } from '@incodetech/core'
import { createSession } from '@incodetech/core/session'
import { setup as setupElements } from '@incodetech/web'
import { createSession as createOwnSession } from 'incode-core'

export const mix = { isOurs: createSession === createOwnSession, version: core.version, setsUp: [typeof setup, typeof setupElements] }
