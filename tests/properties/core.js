// Instances of the package: one that all scenes share, and fresh ones that can be collected as garbage, unlike imported modules.
import { readFileSync } from 'node:fs'
import vm from 'node:vm'

const path = new URL('../../pkg/dist/index.cjs', import.meta.url)
const wrapper = new vm.Script(`(function (module, exports) {${readFileSync(path, 'utf8')}\n})`, { filename: 'incode-core.cjs' })

/** Returns a new instance of the package, whose module is not loaded yet. */
export function freshCore() {
  const module = { exports: {} }
  wrapper.runInThisContext()(module, module.exports)
  return module.exports
}

export const sharedCore = freshCore()
