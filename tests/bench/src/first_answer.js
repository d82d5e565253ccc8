// Calls once, under a name of the API that nothing is connected to, and returns when it did and the ms until it had its answer.
// Where nothing lies between, `setup` is part of that: a page waits for both.
const [{ apiURL, token, call, pause, hint }] = args
const { sdk, document } = window
if (!hint) {
  const { createElement } = document
  document.createElement = (name, ...more) => createElement.call(document, name === 'link' ? 'template' : name, ...more)
}
const calls = {
  getFinishStatus: () => sdk.getFinishStatus(null, { token }),
  createSession: () => sdk.createSession('sandbox-api-key-4f1c9d', { configurationId: 'approved' }),
}
let [called, start] = [Date.now(), performance.now()]
const ready = sdk.setup({ apiURL, token })
if (hint) {
  const link = document.createElement('link')
  Object.assign(link, { rel: 'preconnect', crossOrigin: 'anonymous', href: apiURL })
  document.head.append(link)
}
await ready
if (pause) {
  await new Promise((resolve) => setTimeout(resolve, pause))
  ;[called, start] = [Date.now(), performance.now()]
}
await calls[call]()
return { called, time: performance.now() - start }
