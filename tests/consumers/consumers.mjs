// Every way of taking the package in, and what has to hold there.
import assert from 'node:assert/strict'
import { verify } from './journey.js'
import { count } from './packed.mjs'
import { serve } from './site.mjs'
import { visit } from './browser.mjs'

const APPROVED = { action: 'approved', scoreStatus: 'OK', redirectionUrl: '' }
const JOURNEY = ['POST /omni/start', 'POST /omni/add/face', 'POST /omni/process/face', 'GET /omni/finish-status']

export const consumers = [
  {
    name: 'vite build',
    folders: ['page', 'vite'],
    check: builtPage,
  },
  {
    name: 'vite dev',
    folders: ['page', 'vite'],
    async check(trial) {
      await page(trial, await trial.project.start('dev'))
    },
  },
  { name: 'webpack', folders: ['page', 'webpack'], check: builtPage },
  { name: 'rollup', folders: ['page', 'rollup'], check: builtPage },
  { name: 'esbuild', folders: ['page', 'esbuild'], check: builtPage },
  {
    name: 'import map',
    folders: ['page', 'import-map'],
    async check(trial) {
      await page(trial, await site(trial, '.'))
    },
  },
  {
    name: 'node, as a token backend',
    folders: ['backend'],
    async check({ apiURL, project, journal }) {
      const backend = await project.start('start')
      const post = async (path, body) => (await fetch(new URL(path, backend), { method: 'POST', body: JSON.stringify(body) })).json()
      const { token } = await post('/api/session', {})
      await verify(apiURL, token)
      assert.deepEqual(await post('/api/result', { token }), APPROVED)
      assert.deepEqual(await journal(), JOURNEY)
    },
  },
]

/** Builds the project's page, opens it, and looks into the output. */
async function builtPage(trial) {
  await trial.project.script('build')
  await page(trial, await site(trial, 'dist'))
  await once(trial, 'dist')
}

async function site({ api, project }, folder) {
  const { address } = project.keep(await serve(`${project.folder}/${folder}`, [api]))
  return address
}

/** The page reaches the end of the session, loads the module once, and nothing from anywhere but its own server and the API. */
async function page({ api, apiURL, browser, marks, journal }, address) {
  const { answer, requests, scripts, complaints } = await visit(browser, `${address}?api=${apiURL}`)
  assert.deepEqual(answer, APPROVED)
  assert.deepEqual(await journal(), JOURNEY)
  assert.deepEqual(complaints, [])
  const origins = new Set(requests.map((url) => new URL(url)).filter(({ protocol }) => /^http/.test(protocol)).map(({ origin }) => origin))
  assert.deepEqual(origins, new Set([new URL(address).origin, api]))
  const loaded = scripts.join('\n')
  for (const mark of Object.values(marks)) assert.equal(count(loaded, mark), 1, `the page loaded ${JSON.stringify(mark)} once`)
}

/** The output has the package's module once. */
async function once({ project, marks }, folder) {
  const output = (await project.files(folder)).join('\n')
  for (const mark of Object.values(marks)) assert.equal(count(output, mark), 1, `${folder} has ${JSON.stringify(mark)} once`)
}
