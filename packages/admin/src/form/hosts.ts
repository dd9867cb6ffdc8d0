/** Hosts typed one per line. */
export function parseHosts(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** host, host:port or host:*; IPv6 in brackets. */
export function isHost(text: string): boolean {
  return /^(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:(\d{1,5}|\*))?$/i.test(text)
}
