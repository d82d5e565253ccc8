// The page on a server that renders it: it loads there, and is the same mix.
import { createServer } from 'vite'

const server = await createServer({ server: { middlewareMode: true }, appType: 'custom', logLevel: 'warn' })
try {
  const { mix } = await server.ssrLoadModule('/rendered.js')
  console.log(JSON.stringify(mix))
} finally {
  await server.close()
}
