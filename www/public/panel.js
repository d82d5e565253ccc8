const panel = document.querySelector('#panel')
const settings = document.querySelector('#settings-section')
const title = document.querySelector('#panel-title')
const toggle = document.querySelector('#toggle-panel')

// Beside the verification where there is room for both, else below it and closed at first.
const beside = matchMedia('(min-width: 68rem)')

function open(wanted) {
  panel.hidden = !wanted
  toggle.setAttribute('aria-expanded', String(wanted))
}

toggle.addEventListener('click', () => {
  open(panel.hidden)
  if (panel.hidden || beside.matches) return
  title.focus({ preventScroll: true })
  panel.scrollIntoView()
})

open(beside.matches)

/** What can be chosen matters before a session, what happens matters during one. */
export function followJourney(state) {
  settings.open = state === 'ready'
}
