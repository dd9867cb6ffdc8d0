import { lookup as dnsLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { ConfigError } from './errors.ts'
import { isPrivateAddress } from './private-address.ts'

/**
 * Refuses an address that Mufta must not call: only https, no user in the URL, no private or loopback address,
 * unless `allowHosts` names it: "host" (default port), "host:port" or "host:*"; IPv6 as "[::1]:*".
 * A name is checked again when it is resolved: give `createLookup` to the connection.
 * @throws ConfigError `URL_INVALID`, `URL_HAS_CREDENTIALS`, `URL_NOT_HTTPS`, `URL_PRIVATE_ADDRESS`
 */
export function checkUrl(url: string | URL, allowHosts: readonly string[] = []): URL {
  const parsed = URL.parse(String(url))
  if (parsed === null || parsed.hostname === '' || !/^https?:$/.test(parsed.protocol)) {
    throw new ConfigError('URL_INVALID', 'The address must be a full URL that begins with https://')
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ConfigError(
      'URL_HAS_CREDENTIALS',
      `The address of ${parsed.host} holds a user or password; put them into their own settings`,
    )
  }
  if (isAllowed(parsed, allowHosts)) return parsed
  if (parsed.protocol !== 'https:') {
    throw new ConfigError(
      'URL_NOT_HTTPS',
      `The address of ${parsed.host} must begin with https://; ${allowHint(parsed)}`,
    )
  }
  const host = bareHost(parsed.hostname)
  if (isLocalName(host) || (isIP(host) !== 0 && isPrivateAddress(host))) throw privateAddress(parsed.host)
  return parsed
}

/**
 * Name resolution that gives out public addresses only, so that a name cannot point inside (DNS rebinding).
 * Hosts of `allowHosts` are exempt whatever the port: the port was checked by `checkUrl`.
 */
export function createLookup(
  allowHosts: readonly string[] = [],
  resolve: typeof dnsLookup = dnsLookup,
): LookupFunction {
  const exempt = new Set(allowHosts.map((entry) => splitEntry(entry).host))
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const isExempt = exempt.has(hostname.toLowerCase())
      const usable = isExempt ? addresses : addresses.filter(({ address }) => !isPrivateAddress(address))
      const [first] = usable
      if (first === undefined) return callback(privateAddress(hostname), '')
      if (options.all === true) return callback(null, usable)
      return callback(null, first.address, first.family)
    })
  }
}

function isAllowed(url: URL, allowHosts: readonly string[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return allowHosts.some((entry) => {
    const allowed = splitEntry(entry)
    if (allowed.host !== bareHost(url.hostname)) return false
    return allowed.port === '*' || (allowed.port === '' ? url.port === '' : allowed.port === port)
  })
}

function splitEntry(entry: string): { readonly host: string; readonly port: string } {
  const [, host = entry, port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\*|\d+))?$/.exec(entry.trim()) ?? []
  return { host: bareHost(host.toLowerCase()), port }
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function isLocalName(host: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(host)
}

function privateAddress(host: string): ConfigError {
  return new ConfigError(
    'URL_PRIVATE_ADDRESS',
    `${host} is a private or local address; if it is meant, add it to security.allowHosts`,
  )
}

function allowHint(url: URL): string {
  return `for a host of your own network add "${url.host}" to security.allowHosts`
}
