// @vitest-environment jsdom
import { behaves } from './behaves.js'

behaves('jsdom')
