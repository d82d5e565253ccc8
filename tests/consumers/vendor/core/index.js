let configuration

export async function setup(options) {
  configuration = options
}

/** What the vendor's own packages need their core for. */
export function configured() {
  if (!configuration) throw new Error("the vendor's core was not set up")
  return configuration
}
