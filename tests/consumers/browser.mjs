// Chromium, shared by all consumers; each page has a profile of its own.
import { chromium } from 'playwright-core'

const LIMIT = 120_000

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Opens a page and waits for its `window.outcome`: that, what was loaded, and what the page complained of. */
export async function visit(browser, address) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const requests = []
    const scripts = new Map()
    const complaints = []
    context.on('request', (request) => requests.push(request.url()))
    context.on('response', (response) => {
      if (!/javascript/.test(response.headers()['content-type'])) return
      // A page that a dev server reloads asks again, under the same path; of its first try nobody has the body any more.
      const { origin, pathname } = new URL(response.url())
      scripts.set(
        origin + pathname,
        response.text().catch(() => ''),
      )
    })
    context.on('weberror', (error) => complaints.push(String(error.error())))
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    await page.goto(address, { timeout: LIMIT })
    const outcome = page
      .waitForFunction(
        () =>
          window.outcome?.then(
            (answer) => ({ answer }),
            (error) => ({ error: String(error) }),
          ),
        null,
        { timeout: LIMIT },
      )
      .then((handle) => handle.jsonValue())
    const { answer, error } = await outcome.catch((reason) => ({ error: reason.message }))
    if (error) throw new Error([`${address}: ${error}`, ...complaints].join('\n'))
    return { answer, requests, scripts: await Promise.all(scripts.values()), complaints }
  } finally {
    await context.close()
  }
}
