// In the place of `@incodetech/core` in a page that keeps the vendor's packages.
import * as vendor from '@incodetech/core'
import * as ours from 'incode-core'
import { callBoth } from './both.js'

export * from '@incodetech/core'
export default vendor.default
export { createSession, getFinishStatus } from 'incode-core'

export function setup(options) {
  return callBoth(ours.setup, vendor.setup, 'setup', '@incodetech/core', options)
}

export function initializeSession(options) {
  return callBoth(ours.initializeSession, vendor.initializeSession, 'initializeSession', '@incodetech/core', options)
}

export const IncodeError = vendor.IncodeError ?? ours.IncodeError
export const preload = vendor.preload ?? ours.preload
