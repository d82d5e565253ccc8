// Calls once. Returns the time of the call, in ms since 1970, and the ms until its response. Without a pause these include `setup`,
// because a page waits for both.
const [{ apiURL, apiKey, token, call, pause, hint }] = args
const { sdk, document } = window
if (!hint) {
  // No script in this page can make a link.
  const { createElement } = document
  document.createElement = (name, ...more) => createElement.call(document, name === 'link' ? 'template' : name, ...more)
}
const calls = {
  getFinishStatus: () => sdk.getFinishStatus(null, { token }),
  createSession: () => sdk.createSession(apiKey, { configurationId: 'approved' }),
}
let [at, start] = [Date.now(), performance.now()]
await sdk.setup({ apiURL, token })
if (pause) {
  await new Promise((resolve) => setTimeout(resolve, pause))
  ;[at, start] = [Date.now(), performance.now()]
}
await calls[call]()
return { at, time: performance.now() - start }
