// `setup` makes a page connect to the API before its first call.
const links = () => [...document.querySelectorAll('link[rel~=preconnect]')]

/** Returns a core, in a page without the hints that other cases left. */
async function fresh(t) {
  for (const link of links()) link.remove()
  return t.core()
}

function hint(crossOrigin, href) {
  const link = document.createElement('link')
  Object.assign(link, { rel: 'dns-prefetch preconnect', crossOrigin, href })
  document.head.append(link)
}

const withoutPage = {
  name: 'setup works if `document` is not a document',
  async run(t) {
    const core = await t.core()
    t.patch(globalThis, 'document', {})
    t.patch(globalThis, 'location', { origin: 'https://page.example' })
    const printed = t.console()
    await core.setup({ apiURL: t.api(), token: await t.token() })
    t.equal((await core.getFinishStatus()).action, 'none')
    t.equal(printed, [])
  },
}

const inPages = [
  {
    name: "setup adds one preconnect for the API's origin, in the pool without credentials, and sends no request",
    async run(t) {
      const core = await fresh(t)
      t.equal(links(), [], 'after the import')
      for (const path of ['', '/0', '']) await core.setup({ apiURL: t.api(path) })
      t.equal(
        links().map(({ href, crossOrigin, attributes }) => [href, crossOrigin, attributes.length]),
        [[`${t.origin}/`, 'anonymous', 3]],
      )
      t.equal(await t.journal(), [])
      await core.setup({ apiURL: 'https://api.example' })
      t.equal(links().length, 2, 'of two APIs')
    },
  },
  {
    name: "the page's own preconnect is enough, unless it is for another pool or another host",
    async run(t) {
      for (const [crossOrigin, href, expected] of [
        ['', t.origin, 1],
        ['anonymous', `${t.origin}/some/path`, 1],
        ['use-credentials', t.origin, 2],
        [null, t.origin, 2],
        ['anonymous', `${t.origin}1`, 2],
      ]) {
        const core = await fresh(t)
        hint(crossOrigin, href)
        await core.setup({ apiURL: t.api() })
        t.equal(links().length, expected, `${crossOrigin} ${href}`)
      }
    },
  },
  {
    name: "no preconnect for the page's own origin, and none after a rejected setup",
    async run(t) {
      const core = await fresh(t)
      await core.setup({ apiURL: location.origin })
      for (const wrong of [{ apiURL: 'http://evil.example' }, { apiURL: t.api(), timeout: 0 }, { apiURL: t.api(), encryption: true }])
        await t.thrown(core.setup(wrong))
      t.equal(links(), [])
    },
  },
  {
    name: 'setup works if the DOM accepts no link',
    async run(t) {
      const core = await fresh(t)
      const printed = t.console()
      t.patch(document, 'createElement', () => {
        throw new TypeError('forbidden')
      })
      await core.setup({ apiURL: t.api(), token: await t.token() })
      t.equal((await core.getFinishStatus()).action, 'none')
      t.equal([links(), printed], [[], []])
    },
  },
]

export default globalThis.document ? inPages : [withoutPage]
