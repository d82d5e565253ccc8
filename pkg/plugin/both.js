import { IncodeError } from 'incode-core'

/**
 * Calls `ours`, then the vendor's function of that `name`, which the page imported from `entry`. What ours refuses never reaches the
 * vendor's; what the vendor's answers, or rejects with, goes to the page as it is.
 */
export async function callBoth(ours, vendors, name, entry, options) {
  if (typeof vendors !== 'function') {
    const message = `${entry} of the installed version exports no ${name}, so the vendor's core can't be set up by it`
    throw new IncodeError({ code: 'UNSUPPORTED', message })
  }
  const asGiven = copied(options)
  await ours(options)
  return vendors(asGiven)
}

/** Ours reads its options when it is called, so the vendor's must not see what becomes of them meanwhile. */
function copied(options) {
  try {
    const prototype = Object.getPrototypeOf(options)
    const isPlain = !prototype || !Object.getPrototypeOf(prototype)
    return isPlain ? { ...options } : options
  } catch {
    return options // Ours says what is wrong with it.
  }
}
