const panel = document.querySelector('#panel')
const settings = document.querySelector('#settings-section')
const title = document.querySelector('#panel-title')
const toggle = document.querySelector('#toggle-panel')

// Wide screens show the panel next to the verification. On others it is below and initially closed.
const isWide = matchMedia('(min-width: 68rem)')

function open(wanted) {
  panel.hidden = !wanted
  toggle.setAttribute('aria-expanded', String(wanted))
}

toggle.addEventListener('click', () => {
  open(panel.hidden)
  if (panel.hidden || isWide.matches) return
  title.focus({ preventScroll: true })
  panel.scrollIntoView()
})

open(isWide.matches)

/** Opens the settings before a session and closes them during one. */
export function followJourney(state) {
  settings.open = state === 'ready'
}
