import * as core from 'incode-core'

window.one = core
