import { connect, proxyVariable, unreachable } from '../connection.js'
import { asAssumed, differs, notChecked } from '../verdict.js'

export const address = {
  title: 'Address',
  async observe({ target, seen, signal }) {
    try {
      seen.connection = await connect(target.apiURL, signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const proxy = proxyVariable()
      if (!proxy) throw unreachable(error, target.apiURL)
      seen.connection = { problem: `no direct connection, ${proxy} is set` }
    }
  },
  rows: [
    {
      id: 'address',
      assumption: 'the host accepts plain calls, without end-to-end encryption',
      contract: 'Options',
      compare({ target }) {
        const { hostname } = new URL(target.apiURL)
        return /e2ee/i.test(hostname) ? differs(`${hostname} is a host for end-to-end encryption`) : asAssumed(hostname)
      },
    },
    {
      id: 'tls',
      assumption: 'TLS with a trusted certificate, or http on a loopback host',
      contract: 'Options',
      compare({ connection: { isSecure, tls, authorized, problem, expires } }) {
        if (isSecure === undefined) return notChecked(problem)
        if (!isSecure) return asAssumed('http on a loopback host')
        if (authorized === false) return differs(`the certificate is not trusted (${problem})`)
        const until = expires ? `, certificate valid until ${expires}` : ''
        return asAssumed(`${tls ?? 'TLS, version not reported by this runtime'}${until}`)
      },
    },
  ],
}
