import { onLanguage } from './language.js'
import { choices, onChoice } from './settings.js'

const code = document.querySelector('#code')
const MASK = "'••••••••'"
let current = { state: 'ready', stage: 'ready' }

function literal(value) {
  return typeof value === 'string' && !value.includes("'") ? `'${value}'` : JSON.stringify(value)
}

function fields(object, indent) {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${indent}${name}: ${literal(value)},`)
    .join('\n')
}

const onTheBackend = ({ sessionOptions }) => `// On your backend. The API key stays here.
import { createSession } from '@incodetech/core/session'

const { INCODE_API_URL, INCODE_API_KEY } = process.env
const { token } = await createSession(INCODE_API_KEY, {
  apiURL: INCODE_API_URL,
${fields(sessionOptions, '  ')}
})

// Or without the package
const response = await fetch(\`\${INCODE_API_URL}/omni/start\`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'x-api-key': INCODE_API_KEY,
    'api-version': '1.0',
  },
  body: JSON.stringify({
${fields(sessionOptions, '    ')}
  }),
})`

const inThePage = ({ sessionOptions, apiURL }) => `// Development only: anyone can read this key
import { createSession } from '@incodetech/core/session'

const { token } = await createSession(${MASK}, {
${fields({ apiURL, ...sessionOptions }, '  ')}
})`

const setUp = ({ inPage }) => `import { setup } from '@incodetech/core'
${
  inPage
    ? ''
    : `
const response = await fetch('/api/session', {
  method: 'POST',
})
const { token, apiURL } = await response.json()`
}
await setup({ apiURL, token })`

const running = ({ sessionOptions }) => `import '@incodetech/web/flow'

const flow = document.querySelector('incode-flow')
flow.onFinish = () => showResult()
flow.onError = (message, code) => showError(code)
flow.config = { token, lang: ${literal(sessionOptions.language)} }`

const reading = () => `// This demo reads the result in the page. Decide access on your backend.
import { getFinishStatus } from '@incodetech/core/session'

const { action, scoreStatus } = await getFinishStatus()`

const result = (_chosen, { action, scoreStatus }) => `${reading()}

// action: ${literal(action)}
// scoreStatus: ${literal(scoreStatus)}`

const REMEDIES = {
  expired: 'offerNewSession()',
  offline: 'offerRetry()',
  'api-down': 'offerRetry()',
  'rate-limited': 'offerRetry(error.retryAfter)',
  blocked: 'reportToSupport()',
  forbidden: 'useApiURL(`${apiURL}/0`) // a token without an API key was rejected (403)',
  failed: 'offerNewSession()',
}

// Code that handles a problem of each stage: an error of the package, of the flow, or of the site's own backend.
const caught =
  (call) =>
  (remedy, { code }) =>
    `try {
  ${call}
} catch (error) {
  if (error.code === ${literal(code)}) {
    ${remedy}
  }
}`

const reported = (remedy, { code }) => `flow.onError = (message, code) => {
  if (code === ${literal(code)}) {
    ${remedy.replace('error.retryAfter', 'message')}
  }
}`

const rejected = (remedy, { code }) => `const response = await fetch('/api/session', {
  method: 'POST',
})
if (response.status === ${literal(code)}) {
  ${remedy.replace('error.retryAfter', "response.headers.get('retry-after')")}
}`

const unreachable = (remedy) => `const response = await fetch('/api/session', {
  method: 'POST',
}).catch(() => {
  ${remedy}
})`

function problem({ inPage }, stage, error) {
  if (stage === 'flow') return reported
  if (stage === 'checking') return caught('await getFinishStatus()')
  if (error.name !== 'IncodeError') return typeof error.code === 'number' ? rejected : unreachable
  const call = error.code === 'MODULE_LOAD' ? 'setup({ apiURL, token })' : 'createSession(apiKey, options)'
  return caught(`await ${inPage ? call : 'setup({ apiURL, token })'}`)
}

function stopped(chosen, error) {
  const { message, code, status, attempts, retryAfter } = error
  return `${problem(chosen, current.stage, error)(REMEDIES[current.state], error)}

${fields({ message, code, status, attempts, retryAfter }, '// ').replaceAll(/,$/gm, '')}`
}

const SNIPPETS = {
  ready: (chosen) => (chosen.inPage ? inThePage : onTheBackend)(chosen),
  creating: setUp,
  flow: running,
  checking: reading,
  approved: result,
  rejected: result,
  review: result,
}

// Comments, strings and keywords: enough to read these snippets by.
const TOKENS = /(?<comment>\/\/.*)|(?<string>'(?:\\.|[^'\\])*'|"[^"]*"|`[^`]*`)|(?<keyword>\b(?:import|from|const|await|if|try|catch)\b)/g

function highlight(source) {
  const parts = []
  let end = 0
  for (const match of source.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined)
    const mark = document.createElement('span')
    mark.className = kind
    mark.textContent = match[0]
    parts.push(source.slice(end, match.index), mark)
    end = match.index + match[0].length
  }
  return [...parts, source.slice(end)]
}

/** Shows the code that one would write for this step of the journey. */
export function showCode(state, detail) {
  current = { state, detail, stage: Object.hasOwn(SNIPPETS, state) ? state : current.stage }
  render()
}

function render() {
  const { state, detail } = current
  const chosen = choices()
  const source = (SNIPPETS[state] ?? stopped)(chosen, detail)
  code.replaceChildren(...highlight(source))
}

onChoice(render)
onLanguage(render)
