// Chromium, shared by all consumers. Each page has its own profile.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'

const LIMIT = 120_000

export async function launch() {
  const { 'goog:chromeOptions': options } = JSON.parse(await readFile(new URL('../../webdriver.json', import.meta.url), 'utf8'))
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', ...options })
}

/**
 * Calls `use` with an empty page and the list of its errors and warnings. The list grows, and `hear` gets each entry too. An error of
 * `use` is rethrown with the page's content and the list.
 */
export async function inPage(browser, use, hear = () => {}) {
  const context = await browser.newContext({ locale: 'en-US' })
  const complaints = []
  const complain = (text) => {
    complaints.push(text)
    hear(text)
  }
  context.on('weberror', (error) => complain(String(error.error())))
  context.on('console', (message) => ['error', 'warning'].includes(message.type()) && complain(message.text()))
  const page = await context.newPage()
  page.setDefaultTimeout(LIMIT)
  try {
    return await use(page, complaints)
  } catch (error) {
    const shown = await page
      .locator('body')
      .innerText()
      .catch(() => '')
    throw new Error([error.message, `${page.url()} shows:`, shown, ...complaints].join('\n'))
  } finally {
    await context.close()
  }
}

/** Opens a page and calls `use` with it. Rejects if the page logs an error or a warning that does not match `expected`. */
export function onScreen(browser, address, use, expected = /^$/) {
  return inPage(browser, async (page, complaints) => {
    await page.goto(address)
    await use(page)
    const unexpected = complaints.filter((text) => !expected.test(text))
    assert.deepEqual(unexpected, [])
  })
}

/** Completes the flow of the mock element. */
export async function walk(scope) {
  await walkToLastStep(scope)
  await proceed(scope)
}

/** The same, by a user who presses the last Continue again as soon as it reacts: the element calls `onFinish` twice. */
export async function walkImpatiently(scope) {
  await walkToLastStep(scope)
  await scope.getByRole('button', { name: 'Continue' }).evaluate((button) => {
    button.click()
    const observer = new MutationObserver(() => {
      if (button.getAttribute('aria-disabled') === 'true') return
      observer.disconnect()
      button.click()
    })
    observer.observe(button, { attributeFilter: ['aria-disabled'] })
  })
}

async function walkToLastStep(scope) {
  for (let step = 1; step <= 3; step += 1) {
    await scope.getByText(`Step ${step} of 4`).waitFor()
    await proceed(scope)
  }
  await scope.getByText('Step 4 of 4').waitFor()
}

/** Presses the flow's Continue button. */
export function proceed(scope) {
  return scope.getByRole('button', { name: 'Continue' }).click()
}

/** Opens a page and waits for its `window.outcome`. Returns it with the page's requests, scripts, errors and warnings. */
export function visit(browser, address) {
  return inPage(browser, async (page, complaints) => {
    const requests = []
    const scripts = new Map()
    const context = page.context()
    context.on('request', (request) => requests.push(request.url()))
    context.on('response', (response) => {
      if (!/javascript/.test(response.headers()['content-type'])) return
      // A dev server may reload the page. The body of the first response is gone then.
      const { origin, pathname } = new URL(response.url())
      scripts.set(
        origin + pathname,
        response.text().catch(() => ''),
      )
    })
    await page.goto(address)
    const outcome = await page.waitForFunction(() =>
      window.outcome?.then(
        (result) => ({ result }),
        (error) => ({ error: String(error) }),
      ),
    )
    const { result, error } = await outcome.jsonValue()
    if (error) throw new Error(error)
    return { result, requests, scripts: await Promise.all(scripts.values()), complaints }
  })
}
