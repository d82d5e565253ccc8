// @vitest-environment happy-dom
import { isAnsweredByMSW } from './msw.js'

isAnsweredByMSW()
