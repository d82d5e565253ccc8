// The documented page under each Content-Security-Policy of docs/deployment.md: it works, and it fails if any part is removed.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sirv from 'sirv'
import { inPage, walk } from './browser.mjs'
import { SANDBOX_KEY } from './sandbox.mjs'
import { importMapHashes, listen } from './site.mjs'
import { lay, policies as table } from './snippets.mjs'

/** Messages of the browser and of the package. */
const BLOCKED = /Content Security Policy|'wasm-unsafe-eval'/

export const policies = Array.from(table(), ([page, policy]) => ({
  name: `policy of a page, ${page.replaceAll('`', '')}`,
  folders: ['readme'],
  async check(context) {
    const { project } = context
    await lay(project.folder, 'public/page.js', 'public/index.html')
    const isBundled = page === 'bundled'
    if (isBundled) await project.script('build:page')
    const [folder, html] = isBundled ? ['bundled', 'page.html'] : ['public', 'index.html']
    const text = await readFile(join(project.folder, folder, html), 'utf8')
    const open = (policy) => {
      const html = policy.includes('nonce-') ? withNonce(text, policy) : text
      return visit(context, join(project.folder, folder), html, policy)
    }

    assert.deepEqual(await open(policy), { result: 'approved', complaints: [] })
    for (const part of policy.match(/[^\s;]+/g).filter((part) => !part.endsWith('-src'))) {
      const count = policy.split(part).length - 1
      for (let index = 0; index < count; index += 1) {
        const without = policy.split(part).reduce((before, after, at) => before + (at === index + 1 ? '' : part) + after)
        const { result, complaints } = await open(without)
        assert.equal(result, undefined, `${part} is not required: ${without}`)
        assert.match(complaints.join('\n'), BLOCKED, without)
      }
    }
  },
}))

/** Adds the nonce where the documentation says: to the import map, and under 'strict-dynamic' to everything that is loaded. */
function withNonce(html, policy) {
  const tag = policy.includes("'strict-dynamic'") ? /<script|<link rel="modulepreload"/g : /<script type="importmap"/g
  return html.replace(tag, (found) => `${found} nonce="NONCE"`)
}

/** Serves the page under `policy`, with a backend, and walks through the flow. Returns what the page shows, and its errors. */
async function visit({ api, apiURL, browser, project }, folder, html, policy) {
  const nonce = randomBytes(16).toString('base64')
  const page = html.replaceAll('NONCE', nonce)
  const filled = policy
    .replace('nonce-…', `nonce-${nonce}`)
    .replace("'sha256-…'", () => importMapHashes(page).join(' '))
    .replace('https://api.example', api)
  const header = `default-src 'none'; img-src data:; require-trusted-types-for 'script'; ${filled}`
  const files = sirv(folder, { dev: true })
  const modules = sirv(join(project.folder, 'node_modules/@incodetech'), { dev: true })
  const { address, close } = await listen(async (request, response) => {
    if (request.url === '/') {
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': header }).end(page)
    } else if (request.url === '/api/session') {
      const headers = { 'content-type': 'application/json', 'x-api-key': SANDBOX_KEY, 'api-version': '1.0' }
      const start = await fetch(`${apiURL}/omni/start`, { method: 'POST', headers, body: '{"configurationId":"approved"}' })
      const { token } = await start.json()
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token, apiURL }))
    } else if (request.url === '/api/result') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"action":"approved"}')
    } else if (request.url.startsWith('/modules/')) {
      request.url = request.url.slice('/modules'.length)
      modules(request, response)
    } else {
      files(request, response)
    }
  })
  let hear
  const blocked = new Promise((resolve) => {
    hear = (complaint) => BLOCKED.test(complaint) && resolve()
  })
  const open = async (tab, complaints) => {
    await tab.goto(address)
    await tab.getByRole('button').click()
    const walked = walk(tab).then(async () => {
      await tab.getByText('approved', { exact: true }).waitFor()
      return 'approved'
    })
    walked.catch(() => {})
    return { result: await Promise.race([walked, blocked]), complaints }
  }
  try {
    return await inPage(browser, open, hear)
  } catch (error) {
    throw new Error(`under ${filled}: ${error.message}`)
  } finally {
    close()
  }
}
