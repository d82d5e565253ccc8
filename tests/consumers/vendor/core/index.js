import { publish } from './events.js'

let configuration

/** How often it was set up. */
export let setups = 0

export async function setup(options) {
  if (options.theme === 'unknown') throw new RangeError("the vendor's core has no such theme")
  publish(`core set up with ${Object.keys(options)}`)
  configuration = options
  setups += 1
}

/** Returns the configuration, which the vendor's own packages read. */
export function configured() {
  if (!configuration) throw new Error("the vendor's core was not set up")
  return configuration
}

/** Unused, so no bundle has it. */
export function recordVideo() {
  return 'a large unused part of the vendor'
}

export default { version: '2.0.0' }
