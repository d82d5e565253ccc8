import { createSession } from '@incodetech/core/session'

export const open = (apiKey, apiURL) => createSession(apiKey, { configurationId: 'approved', apiURL })
