const panel = document.querySelector('#panel');
const settings = document.querySelector('#settings-section');
const toggle = document.querySelector('#toggle-panel');

function open(wanted) {
  panel.hidden = !wanted;
  toggle.setAttribute('aria-expanded', String(wanted));
}

toggle.addEventListener('click', () => {
  open(panel.hidden);
  panel.scrollIntoView({ block: 'nearest' });
});

// Beside the verification where there is room for both, out of its way where there is not.
open(matchMedia('(min-width: 68rem)').matches);

/** What can be chosen matters before a session, what happens matters during one. */
export function followJourney(state) {
  settings.open = state === 'ready';
}
