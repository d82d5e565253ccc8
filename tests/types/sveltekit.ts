// SvelteKit: `event.fetch` in a load function and an endpoint.
import type { Load, RequestEvent, RequestHandler, ServerLoad } from '@sveltejs/kit'
import { createSession, type FetchFunction, getFinishStatus, setup } from 'incode-core'

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
