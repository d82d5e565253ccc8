import * as core from '@incodetech/core'
import { agree } from './copies.cjs'

window.outcome = agree({ one: window.one, other: core })
