// The API behind a service binding.
const requests = []

export default {
  fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const path = pathname.slice(pathname.lastIndexOf('/'))
    if (path === '/requests') return Response.json(requests)
    if (!pathname.startsWith('/0/')) requests.push(`${request.method} /omni${path}`)
    if (path === '/start') return Response.json({ token: `token-for-${request.headers.get('x-api-key')}` })
    if (searchParams.has('flowId')) return Response.json({ message: 'failed' }, { status: 500, headers: { 'retry-after': '0' } })
    return Response.json({ action: request.headers.has('x-incode-hardware-id') ? 'approved' : 'none' })
  },
}
