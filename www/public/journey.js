import { onLanguage, words } from './language.js'

const root = document.documentElement
const card = document.querySelector('#card')
const flow = document.querySelector('incode-flow')
const icon = card.querySelector('#emblem use')
const title = card.querySelector('h1')
const text = card.querySelector('#text')
const notice = card.querySelector('#notice')
const reference = card.querySelector('#reference')
const status = document.querySelector('[role=status]')
document.querySelector('#late').remove()
const milestones = document.querySelectorAll('#milestones li')
const actions = Object.fromEntries([...card.querySelectorAll('[data-action]')].map((button) => [button.dataset.action, button]))

// Icon, tone, progress and actions of each state; the first action is the primary one.
const STATES = {
  ready: { icon: 'shield', tone: 'calm', milestone: 0, actions: ['start'] },
  creating: { icon: 'spinner', tone: 'calm', milestone: 0, actions: [] },
  flow: { icon: 'shield', tone: 'calm', milestone: 1, actions: [] },
  checking: { icon: 'spinner', tone: 'calm', milestone: 2, actions: [] },
  approved: { icon: 'check', tone: 'good', milestone: 3, actions: ['home'] },
  rejected: { icon: 'cross', tone: 'bad', milestone: 3, actions: ['fresh', 'home'] },
  review: { icon: 'review', tone: 'wait', milestone: 3, actions: ['home'] },
  expired: { icon: 'clock', tone: 'wait', actions: ['fresh', 'home'] },
  offline: { icon: 'offline', tone: 'wait', actions: ['retry', 'home'] },
  'api-down': { icon: 'cloud', tone: 'wait', actions: ['retry', 'home'] },
  'rate-limited': { icon: 'wait', tone: 'wait', actions: ['retry', 'home'] },
  blocked: { icon: 'lock', tone: 'bad', actions: ['retry', 'home'] },
  forbidden: { icon: 'lock', tone: 'bad', actions: ['fresh', 'home'] },
  restarting: { icon: 'cloud', tone: 'wait', milestone: 0, actions: [] },
  failed: { icon: 'cross', tone: 'bad', actions: ['fresh', 'home'] },
}

let current = { state: 'ready' }
let milestone = 0
let countdown

/** Shows one state of the journey; `detail` is the error or the result that led there. */
export function show(state, detail) {
  const first = root.dataset.state === undefined
  current = { state, detail }
  milestone = STATES[state].milestone ?? milestone
  root.dataset.state = state
  if (detail?.retryAfter) current.until = Date.now() + detail.retryAfter
  render()
  if (first) return
  title.focus()
  status.textContent = [text.textContent, notice.textContent].join(' ')
}

/** Shows the ID that users can quote when they ask about this session. */
export function showReference(value) {
  reference.textContent = value
}

function noticeWords({ state, detail, until }) {
  if (state === 'ready' && detail) return words.closed
  if (until > Date.now()) return words.tryAgainAt(new Date(until).toLocaleTimeString(root.lang))
  if (until) return words.tryAgainNow
  if (state !== 'rate-limited') return ''
  // The flow's message says when it can continue; it passes only a message and a code.
  return typeof detail.code === 'number' && detail.message ? detail.message : words.tryAgainLater
}

function render() {
  const { state } = current
  const view = STATES[state]
  card.dataset.tone = view.tone
  flow.hidden = state !== 'flow'
  icon.setAttribute('href', `#icon-${view.icon}`)
  title.textContent = words.states[state].title
  document.title = `${words.states[state].title} · incode-core`
  text.textContent = words.states[state].text
  notice.textContent = noticeWords(current)
  for (const [name, button] of Object.entries(actions)) {
    button.hidden = !view.actions.includes(name)
    button.classList.toggle('primary', name === view.actions[0])
  }
  milestones.forEach((item, index) => {
    item.dataset.done = String(index < milestone)
    if (index === milestone) item.setAttribute('aria-current', 'step')
    else item.removeAttribute('aria-current')
  })
  clearTimeout(countdown)
  wait()
}

// Disables the button until the wait is over, so that no request is rejected again.
function wait() {
  const left = Math.ceil(((current.until ?? 0) - Date.now()) / 1000)
  const waiting = left > 0
  actions.retry.disabled = waiting
  actions.retry.textContent = waiting ? words.tryAgainIn(left) : words.actions.retry
  if (waiting) {
    countdown = setTimeout(wait, 1000)
  } else if (current.until && notice.textContent !== words.tryAgainNow) {
    notice.textContent = words.tryAgainNow
    status.textContent = words.tryAgainNow
  }
}

onLanguage(render)
