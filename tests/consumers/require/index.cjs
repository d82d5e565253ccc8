const { setup } = require('@incodetech/core')
const { createSession, getFinishStatus } = require('@incodetech/core/session')
const { journey } = require('./journey.mjs')

journey({ setup, createSession, getFinishStatus }, process.env.INCODE_API_URL).then((outcome) => {
  console.log(JSON.stringify(outcome))
})
