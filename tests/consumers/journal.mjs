/** What the API was asked for, preflights apart. */
export async function journal(apiURL) {
  const entries = await (await fetch(apiURL)).json()
  return entries.filter(({ method }) => method !== 'OPTIONS').map(({ method, path }) => `${method} ${path}`)
}
