// Replaces `@incodetech/core` in pages that keep the vendor's packages. The build makes the wrappers of the vendor's other entries from this
// file: session.js and web.js.
import * as vendor from '@incodetech/core'
import * as own from 'incode-core'
import { callBoth } from './both.js'

export * from '@incodetech/core'
export default vendor.default
export { createSession, getFinishStatus } from 'incode-core'

export function setup(options) {
  return callBoth(own.setup, vendor.setup, 'setup', '@incodetech/core', options)
}

export function initializeSession(options) {
  return callBoth(own.initializeSession, vendor.initializeSession, 'initializeSession', '@incodetech/core', options)
}

export const IncodeError = vendor.IncodeError ?? own.IncodeError
export const preload = vendor.preload ?? own.preload
