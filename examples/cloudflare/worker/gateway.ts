/** The one Worker whose requests leave for the API: the place for limits and logs. Others have it as a service binding. */
export default {
  fetch(request) {
    const headers = new Headers(request.headers)
    headers.append('via', '1.1 gateway')
    return fetch(new Request(request, { headers }))
  },
} satisfies ExportedHandler
