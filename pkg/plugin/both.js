import { IncodeError } from 'incode-core'

/**
 * Calls `own`, then the vendor's function of that `name`, which the page imported from `entry`. Options that `own` rejects never reach the
 * vendor's. Returns what the vendor's returns, or rejects with what it rejects with.
 */
export async function callBoth(own, vendor, name, entry, options) {
  if (typeof vendor !== 'function') {
    const message = `the installed version of ${entry} does not export ${name}, which incode-core/plugin needs. Update it, or remove the plugin.`
    throw new IncodeError({ code: 'UNSUPPORTED', message })
  }
  const copy = snapshot(options)
  const isUnset = hasNoApiURL(copy)
  await own(options).catch((error) => {
    if (!isUnconfigured(error, isUnset)) throw error
  })
  return vendor(copy)
}

/**
 * Returns true for an error that means that this package is left unconfigured.
 *
 * The vendor's functions have defaults for what they are not given. This package has none for an apiURL or a token: it stays as it was, and
 * `getFinishStatus` rejects with NOT_CONFIGURED. A missing apiURL is reported only for options that are valid otherwise, by a message that
 * names it, as every invalid option is named.
 */
function isUnconfigured({ code, message }, isUnset) {
  return code === 'NOT_CONFIGURED' || (isUnset && code === 'INVALID_ARGUMENT' && /^(setup: )?apiURL\b/.test(message))
}

function hasNoApiURL(options) {
  try {
    return options?.apiURL == null
  } catch {
    return false // This package's function reports it.
  }
}

/** Copies the options: this package reads them when it is called, so the vendor's must not see later changes. */
function snapshot(options) {
  try {
    const prototype = Object.getPrototypeOf(options)
    const isPlain = !prototype || !Object.getPrototypeOf(prototype)
    return isPlain ? { ...options } : options
  } catch {
    return options // This package's function reports what is wrong with it.
  }
}
