import en from './words/en.js'
import es from './words/es.js'

const languages = { en, es }
const listeners = []

/** Strings in the current language. */
export let words = en

/** Calls `listener` now and after every change of language. */
export function onLanguage(listener) {
  listeners.push(listener)
  listener()
}

function find(path) {
  return path.split('.').reduce((found, key) => found[key], words)
}

function setLanguage(language) {
  words = languages[language]
  document.documentElement.lang = language
  for (const element of document.querySelectorAll('[data-words]')) {
    element.textContent = find(element.dataset.words)
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', find(element.dataset.label))
  }
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language))
  }
  for (const listener of listeners) listener()
}

function preferred() {
  const asked = new URLSearchParams(location.search).get('lang')
  const wanted = [asked, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase())
  return wanted.find((language) => Object.hasOwn(languages, language)) ?? 'en'
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    const address = new URL(location)
    address.searchParams.set('lang', button.dataset.language)
    history.replaceState(null, '', address)
    setLanguage(button.dataset.language)
  })
}

setLanguage(preferred())
