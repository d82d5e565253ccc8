// Makes `calls` finish-status calls, `concurrent` at a time, and returns the ms that one took. `stubbed`: no request is made, so that
// only the client's own work is measured.
const [{ calls, concurrent, stubbed }] = args
const { sdk, apiURL, fetch } = window
if (!window.token) {
  window.token = (await window.started).token
  await sdk.setup({ apiURL, token: window.token })
}
if (stubbed) {
  const body = '{"action":"approved","scoreStatus":"OK","redirectionUrl":""}'
  window.fetch = async () => new Response(body, { headers: { 'content-type': 'application/json' } })
}
const start = performance.now()
for (let made = 0; made < calls; made += concurrent) {
  await Promise.all(Array.from({ length: concurrent }, () => sdk.getFinishStatus(null, { token: window.token })))
}
const time = performance.now() - start
window.fetch = fetch
return time / calls
