import { forgetCalls } from './calls.js'
import { show as showJourney, showReference } from './journey.js'
import { onLanguage } from './language.js'
import './call-list.js'
import { showCode } from './code.js'
import { followJourney } from './panel.js'
import { choices, loadChoices } from './settings.js'
import { sessionFromBackend, sessionInPage, verification } from './verification.js'

const flow = document.querySelector('incode-flow')
let proceed
let run

function show(state, detail) {
  showJourney(state, detail)
  showCode(state, detail)
  followJourney(state)
}

async function openSession() {
  const { sessionOptions, fault, reach, inPage, apiKey, apiURL } = choices()
  const faultyURL = fault ? `${apiURL}/run/${run}/fault/${fault}` : apiURL
  const session = inPage
    ? await sessionInPage(apiKey, reach === 'everything' ? faultyURL : apiURL, sessionOptions)
    : await sessionFromBackend({ ...sessionOptions, fault })
  showReference(session.interviewId)
  const faulty = inPage ? faultyURL : session.apiURL
  // For the mock element only; Incode's element reads it from setup().
  flow.apiURL = reach === 'result' ? apiURL : faulty
  return { ...session, apiURL: reach === 'steps' ? apiURL : faulty }
}

function start() {
  forgetCalls()
  showReference('')
  // A run ID of its own, so that a fault of "the first two requests" counts this session's only.
  run = Date.now()
  proceed = verification({ flow, openSession, show })
  proceed()
}

const actions = { start, fresh: start, retry: () => proceed(), home: () => show('ready') }
for (const [name, act] of Object.entries(actions)) {
  document.querySelector(`[data-action=${name}]`).addEventListener('click', act)
}

onLanguage(() => {
  if (flow.config) flow.config = { ...flow.config, lang: document.documentElement.lang }
})

for (let isShown = false; !(await loadChoices()); isShown = true) {
  if (!isShown) showJourney('restarting')
  await new Promise((resolve) => {
    setTimeout(resolve, 1000)
  })
}
forgetCalls() // the page's own requests are not part of a session
show('ready')
