// Replaces `@incodetech/core/session` in pages that keep the vendor's packages.
import * as vendor from '@incodetech/core/session'
import * as own from 'incode-core'
import { callBoth } from './both.js'

export * from '@incodetech/core/session'
export default vendor.default
export { createSession, getFinishStatus } from 'incode-core'

export function setup(options) {
  return callBoth(own.setup, vendor.setup, 'setup', '@incodetech/core/session', options)
}

export function initializeSession(options) {
  return callBoth(own.initializeSession, vendor.initializeSession, 'initializeSession', '@incodetech/core/session', options)
}

export const IncodeError = vendor.IncodeError ?? own.IncodeError
export const preload = vendor.preload ?? own.preload
