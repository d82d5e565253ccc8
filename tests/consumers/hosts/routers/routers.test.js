// A page wraps fetch so that a router can redirect from within a call: the router gets exactly what the wrapper threw.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { afterEach, describe, test } from 'node:test'
import { isNotFound, isRedirect, notFound, redirect as tanstackRedirect } from '@tanstack/router-core'
import { createSession, getFinishStatus, IncodeError } from 'incode-core'
import { createStaticHandler, data, redirect } from 'react-router'

const next = createRequire(import.meta.url)('next/navigation')
const apiURL = process.env.INCODE_API_URL
const { fetch } = globalThis
afterEach(() => {
  globalThis.fetch = fetch
})

const calls = {
  createSession: (options) => createSession('a-key-of-a-test', { configurationId: 'c', apiURL, ...options }),
  getFinishStatus: (options) => getFinishStatus(null, { apiURL, token: 'a-token-of-a-test', ...options }),
}

function caught(run) {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
}

const thrown = {
  'a redirect of React Router': () => redirect('/login'),
  'a response with data of React Router': () => data({ reason: 'expired' }, { status: 401 }),
  'a Response with status 500': () => new Response('down', { status: 500 }),
  'a redirect of TanStack Router': () => tanstackRedirect({ to: '/login' }),
  'notFound of TanStack Router': () => notFound(),
  'redirect of Next.js': () => caught(() => next.redirect('/login')),
  'notFound of Next.js': () => caught(() => next.notFound()),
  'a promise, as for Suspense': () => new Promise(() => {}),
  'a plain object with a location': () => ({ status: 302, location: '/login' }),
}

for (const [call, run] of Object.entries(calls)) {
  describe(`${call} rejects with what fetch threw, after one attempt:`, () => {
    for (const [name, make] of Object.entries(thrown)) {
      test(name, async () => {
        const steering = make()
        assert(steering)
        let attempts = 0
        const throwing = () => {
          attempts += 1
          throw steering
        }
        globalThis.fetch = throwing
        const [one, other] = await Promise.all([run(), run({ fetch: throwing })].map((ended) => ended.then(assert.fail, caughtReason)))
        assert.equal(one.reason, steering)
        assert.equal(other.reason, steering)
        assert.equal(attempts, 2)
      })
    }
  })
}

/** Returns the reason in an object, because a thenable cannot be the value of a promise. */
function caughtReason(reason) {
  return { reason }
}

test('a data router follows a redirect that its loader got through a call', async () => {
  const wrapped = async (...args) => {
    const response = await fetch(...args)
    if (response.status === 401) throw redirect('/login')
    return response
  }
  const loader = () => getFinishStatus(null, { apiURL, token: 'unknown-token', fetch: wrapped })
  const response = await createStaticHandler([{ path: '/', loader }]).query(new Request('http://shop.example/'))
  assert(response instanceof Response, 'the router did not redirect')
  assert.deepEqual([response.status, response.headers.get('location')], [302, '/login'])
})

test('a data router shows the error page for an IncodeError', async () => {
  const loader = () => getFinishStatus(null, { apiURL, token: 'unknown-token' })
  const { errors } = await createStaticHandler([{ path: '/', loader, hasErrorBoundary: true }]).query(new Request('http://shop.example/'))
  const [error] = Object.values(errors)
  assert(error instanceof IncodeError)
  assert.equal(error.code, 'UNAUTHORIZED')
})

test('routers recognize what comes through', async () => {
  const through = (reason) => calls.createSession({ fetch: () => Promise.reject(reason) }).catch((reason) => reason)
  assert(isRedirect(await through(tanstackRedirect({ to: '/login' }))))
  assert(isNotFound(await through(notFound())))
  const rethrown = await through(caught(() => next.redirect('/login')))
  assert.throws(() => next.unstable_rethrow(rethrown), rethrown)
})
