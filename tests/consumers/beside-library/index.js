import { createSession } from '@incodetech/core/session'

export const open = (apiURL) => createSession('sandbox-api-key-4f1c9d', { configurationId: 'approved', apiURL })
