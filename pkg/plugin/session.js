// In the place of `@incodetech/core/session` in a page that keeps the vendor's packages.
import * as vendor from '@incodetech/core/session'
import * as ours from 'incode-core'
import { callBoth } from './both.js'

export * from '@incodetech/core/session'
export default vendor.default
export { createSession, getFinishStatus } from 'incode-core'

export function setup(options) {
  return callBoth(ours.setup, vendor.setup, 'setup', '@incodetech/core/session', options)
}

export function initializeSession(options) {
  return callBoth(ours.initializeSession, vendor.initializeSession, 'initializeSession', '@incodetech/core/session', options)
}

export const IncodeError = vendor.IncodeError ?? ours.IncodeError
export const preload = vendor.preload ?? ours.preload
