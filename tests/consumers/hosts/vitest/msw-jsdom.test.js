// @vitest-environment jsdom
import { isAnsweredByMSW } from './msw.js'

isAnsweredByMSW()
