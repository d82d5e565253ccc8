import { onCalls } from './calls.js'
import { onLanguage, words } from './language.js'

const list = document.querySelector('#calls')
const empty = document.querySelector('#no-calls')
let shown = []

function element(name, className, text) {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

// Without the base URL, which is the same on every line, and long if it contains a fault.
function path({ pathname, search }) {
  return pathname.replace(/^.*(?=\/omni\/)/, '') + search
}

function outcome({ pending, status }) {
  if (pending) return words.panel.pending
  return status ? String(status) : words.panel.noResponse
}

function tone({ pending, ok }) {
  if (pending) return 'calm'
  return ok ? 'good' : 'bad'
}

function entry(call) {
  const item = document.createElement('li')
  const details = document.createElement('details')
  const summary = document.createElement('summary')
  const status = element('span', 'outcome', outcome(call))
  status.dataset.tone = tone(call)
  summary.append(
    element('span', 'method', call.method),
    element('span', 'path', path(call.url)),
    status,
    element('span', 'time', call.pending ? '' : words.panel.milliseconds(call.time)),
    element('span', 'attempt', call.attempt > 1 ? words.panel.attempt(call.attempt) : ''),
  )
  const sent = call.headers.map(([name, value]) => `${name}: ${value}`)
  details.append(summary, element('pre', 'sent', [`${call.method} ${call.url.href}`, ...sent].join('\n')))
  item.append(details)
  return item
}

function render() {
  const open = [...list.children].map((item) => item.firstChild.open)
  list.replaceChildren(...shown.map(entry))
  ;[...list.children].forEach((item, index) => {
    item.firstChild.open = open[index] ?? false
  })
  empty.hidden = shown.length > 0
}

onCalls((calls) => {
  shown = calls
  render()
})
onLanguage(render)
