// Makes `calls` calls with invalid input. Returns the number of those that were accepted.
const [{ calls }] = args
const { sdk } = window
const circle = {}
circle.circle = circle
const kinds = [
  () => sdk.setup({ apiURL: 'not a URL' }),
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
    // Expected.
  }
}
return accepted
