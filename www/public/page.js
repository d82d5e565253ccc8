import { forgetCalls } from './calls.js';
import { show as showJourney, showReference } from './journey.js';
import './call-list.js';
import { followJourney } from './panel.js';
import { choices, loadChoices } from './settings.js';
import { showCode } from './code.js';
import { sessionFromBackend, sessionInPage, verification } from './verification.js';

const flow = document.querySelector('incode-flow');
let proceed;

function show(state, detail) {
  showJourney(state, detail);
  showCode(state, detail);
  followJourney(state);
}

async function openSession() {
  const { wishes, fault, reach, inPage, apiKey, apiURL } = choices();
  const faulty = (url) => (fault ? `${url}/fault/${fault}` : url);
  const everything = reach === 'everything';
  const session = inPage
    ? await sessionInPage(apiKey, everything ? faulty(apiURL) : apiURL, wishes)
    : await sessionFromBackend(everything && fault ? { ...wishes, fault } : wishes);
  showReference(session.interviewId);
  // Only the stand-in needs to be told the address: the vendor's element has it from setup.
  flow.apiURL = reach === 'steps' ? faulty(session.apiURL) : session.apiURL;
  return reach === 'result' ? { ...session, apiURL: faulty(session.apiURL) } : session;
}

function start() {
  forgetCalls();
  showReference('');
  proceed = verification({ flow, openSession, show });
  proceed();
}

const actions = { start, fresh: start, retry: () => proceed(), home: () => show('ready') };
for (const [name, act] of Object.entries(actions)) {
  document.querySelector(`[data-action=${name}]`).addEventListener('click', act);
}

await loadChoices();
forgetCalls(); // what the page itself asks for is no part of a session
show('ready');
