// The `fetch` of undici and of node-fetch, on a server without the types of the DOM.
import type { FetchFunction } from 'incode-core'
import { createSession, getFinishStatus, setup } from 'incode-core'
import nodeFetch, { type RequestInit as NodeFetchInit, type Response as NodeFetchResponse } from 'node-fetch'
import { ProxyAgent, type RequestInit, type Response, fetch as undiciFetch } from 'undici'

await setup({ apiURL: 'https://api.example.com', fetch: undiciFetch })
await setup({ apiURL: 'https://api.example.com', fetch: nodeFetch })
await createSession('key', { configurationId: 'c', fetch: undiciFetch })
await createSession('key', { configurationId: 'c', fetch: nodeFetch })
await getFinishStatus(null, { token: 't', fetch: undiciFetch })
await getFinishStatus(null, { token: 't', fetch: nodeFetch })

const dispatcher = new ProxyAgent('http://localhost:3128')
await setup({ apiURL: 'https://api.example.com', fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) })
await setup({ apiURL: 'https://api.example.com', fetch: (url, init) => nodeFetch(url, { ...init, size: 1_000 }) })
const annotated: FetchFunction = async (url: string, init?: RequestInit): Promise<Response> => undiciFetch(url, init)
const older: FetchFunction = async (url: string, init?: NodeFetchInit): Promise<NodeFetchResponse> => nodeFetch(url, init)
void [annotated, older]

// @ts-expect-error the module is not its function
await setup({ apiURL: 'https://api.example.com', fetch: import('node-fetch') })
// @ts-expect-error an agent is not a fetch
await setup({ apiURL: 'https://api.example.com', fetch: dispatcher })
