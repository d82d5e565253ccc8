// In the place of `@incodetech/core`: the vendor's, with a `setup` that reaches incode-core too.
import { setup as setupVendor } from '@incodetech/core'
import { setup as setupSession } from 'incode-core'

export * from '@incodetech/core'

export async function setup(options) {
  await setupVendor(options)
  await setupSession(options)
}
