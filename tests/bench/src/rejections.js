// Makes `calls` calls whose arguments have to be refused; returns how many were not.
const [{ calls }] = args
const { sdk } = window
const circle = {}
circle.circle = circle
const kinds = [
  () => sdk.setup({ apiURL: 'no address at all' }),
  () => sdk.setup({ apiURL: 'http://example.com' }),
  () => sdk.setup({ apiURL: 'https://[' }),
  () => sdk.setup({ apiURL: window.apiURL, customHeaders: { name: circle } }),
  () => sdk.setup({ apiURL: window.apiURL, timeout: 'soon' }),
  () => sdk.initializeSession({ token: '' }),
  () => sdk.createSession('', { configurationId: 'approved' }),
  () => sdk.createSession('key', { configurationId: 'approved', externalID: 'mistyped' }),
  () => sdk.createSession('key', { configurationId: 'approved', customFields: circle }),
  () => sdk.getFinishStatus(null, { signal: 'no signal' }),
  () => sdk.getFinishStatus(null, { retries: -1 }),
  () => sdk.getFinishStatus({}),
]
let accepted = 0
for (let made = 0; made < calls; made++) {
  try {
    await kinds[made % kinds.length]()
    accepted++
  } catch {
    // As it should be.
  }
}
return accepted
