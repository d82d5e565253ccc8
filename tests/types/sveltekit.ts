// SvelteKit: `event.fetch` in a load function and an endpoint, and the element in a template.
import type { Load, RequestEvent, RequestHandler, ServerLoad } from '@sveltejs/kit'
import { createSession, type FetchFunction, getFinishStatus, setup } from 'incode-core'
import type { IncodeFlowElement } from 'incode-core/flow'
import { createAttachmentKey } from 'svelte/attachments'
import type { SvelteHTMLElements } from 'svelte/elements'

export const load: Load = async ({ fetch }) => {
  await setup({ apiURL: 'https://api.example.com', fetch })
}
export const serverLoad: ServerLoad = async ({ fetch }) => {
  const { token } = await createSession('key', { configurationId: 'c', fetch })
  return { token }
}
export const POST: RequestHandler = async ({ fetch, url }) => {
  const { action } = await getFinishStatus(null, { token: url.searchParams.get('token'), fetch })
  return new Response(action)
}
export const own = (event: RequestEvent): FetchFunction => event.fetch

export const isTyped = (event: RequestEvent) => {
  // @ts-expect-error `event.fetch` is typed, or this file proves nothing
  void event.fetch.missing
}

// The element in a template: an attachment sets its properties.
export const flows: SvelteHTMLElements['incode-flow'][] = [
  { id: 'verification', class: 'wide', hidden: true, onclick: () => {} },
  { [createAttachmentKey()]: (flow: IncodeFlowElement) => void (flow.onFinish = null) },
  // @ts-expect-error a template sets it before the others
  { config: { token: 't' } },
  // @ts-expect-error a listener for an event that never fires
  { onFinish: () => {} },
  // @ts-expect-error also a listener
  { onfinish: () => {} },
  // @ts-expect-error also a listener
  { onError: () => {} },
  // @ts-expect-error also a listener
  { onerror: () => {} },
  // @ts-expect-error set too early
  { apiURL: 'https://api.example.com' },
]
