// Serves a folder of static files under a strict Content-Security-Policy.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'

/** Serves `folder` until it is closed. `page` can load its own scripts, run WebAssembly and send requests to `connect`. */
export async function serve(folder, page, connect) {
  const html = await readFile(join(folder, page), 'utf8')
  const policy = [
    "default-src 'none'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...importMapHashes(html)].join(' '),
    `connect-src ${connect.join(' ')}`,
    'img-src data:',
  ].join('; ')
  return listen(sirv(folder, { dev: true, setHeaders: (response) => response.setHeader('content-security-policy', policy) }))
}

/** Returns the sources that allow the page's import maps in a policy. */
export function importMapHashes(html) {
  const maps = html.matchAll(/<script type="importmap"[^>]*>([\s\S]*?)<\/script>/g)
  return Array.from(maps, ([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
}

export async function listen(handler) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { address: `http://127.0.0.1:${server.address().port}/`, close }
}
