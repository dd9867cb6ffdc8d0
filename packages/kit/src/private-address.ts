import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * true for an address that is not on the public internet: loopback, private, link-local, carrier NAT, documentation,
 * multicast, reserved, and IPv6 forms that carry such an IPv4 address. Ranges: IANA special-purpose registries.
 */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return blocked.check(address, 'ipv4')
  if (!isIPv6(address)) return true
  const groups = expand(address)
  const embedded = embeddedIpv4(groups)
  if (embedded !== null) return blocked.check(embedded, 'ipv4')
  return blocked.check(address.split('%')[0] ?? address, 'ipv6')
}

const blocked = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  blocked.addSubnet(network, bits, 'ipv4')
}
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2001::', 23],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  blocked.addSubnet(network, bits, 'ipv6')
}

/** The IPv4 address inside a mapped (::ffff:), NAT64 (64:ff9b::) or 6to4 (2002:) address. */
function embeddedIpv4(groups: readonly number[]): string | null {
  const [first = 0, second = 0, third = 0] = groups
  const startsWith = (...head: number[]): boolean => head.every((group, index) => groups[index] === group)
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0x64, 0xff9b, 0, 0, 0, 0)) {
    return dotted(groups[6] ?? 0, groups[7] ?? 0)
  }
  return first === 0x2002 ? dotted(second, third) : null
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** Eight numbers; the URL parser is the one that knows every way to write an IPv6 address. */
function expand(address: string): readonly number[] {
  const canonical = URL.parse(`http://[${address.split('%')[0]}]/`)?.hostname.slice(1, -1) ?? '::'
  const [head = '', tail] = canonical.split('::')
  const parse = (part: string | undefined): number[] =>
    part ? part.split(':').map((group) => parseInt(group, 16)) : []
  const start = parse(head)
  const end = parse(tail)
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end]
}
