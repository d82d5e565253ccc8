export const AS_ASSUMED = 'as assumed'
export const DIFFERS = 'differs'
export const NOT_CHECKED = 'not checked'

export const asAssumed = (seen) => ({ verdict: AS_ASSUMED, seen })
export const differs = (seen) => ({ verdict: DIFFERS, seen })
export const notChecked = (seen) => ({ verdict: NOT_CHECKED, seen })

/** Compares what was seen with a row's assumption. A row whose `needs` are not as assumed is not checked. */
export function judge({ id, assumption, contract, needs = [], compare }, seen, judged) {
  const missing = needs.map((need) => judged.find((row) => row.id === need)).find(({ verdict }) => verdict !== AS_ASSUMED)
  const result = missing ? notChecked(missing.verdict === DIFFERS ? `because ${missing.id} differs` : missing.seen) : compare(seen)
  return { id, assumption, contract, ...result }
}
