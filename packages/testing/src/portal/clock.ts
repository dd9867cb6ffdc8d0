/** The portal's zone; every answered time carries it. */
export const PORTAL_OFFSET = '+03:00'
const OFFSET_MS = 3 * 3_600_000

let lastSecond = -1
let lastText = ''

/** ISO 8601 with the portal's offset, one-second resolution: "2024-02-28T17:37:11+03:00". */
export function portalTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  if (second === lastSecond) return lastText
  lastSecond = second
  lastText = new Date(second * 1000 + OFFSET_MS).toISOString().slice(0, 19) + PORTAL_OFFSET
  return lastText
}

/**
 * Reads a time from a parameter: ISO 8601 with an offset, without one (taken in server time), a date alone
 * (midnight), or the site's format DD.MM.YYYY[ HH:MI:SS]. null = not a time.
 */
export function parsePortalTime(value: string): number | null {
  const site = /^(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(value)
  if (site !== null) return epoch(`${site[3]}-${site[2]}-${site[1]}T${site[4] ?? '00:00:00'}${PORTAL_OFFSET}`)
  const iso =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(value)
  if (iso === null) return null
  return epoch(`${iso[1]}T${iso[2] ?? '00:00:00'}${iso[3] ?? PORTAL_OFFSET}`)
}

/** The same moment in the portal's own spelling, so that times compare as text. null = not a time. */
export function normalTime(value: string): string | null {
  if (value.length === 25 && value.endsWith(PORTAL_OFFSET)) return value
  const at = parsePortalTime(value)
  return at === null ? null : portalTime(at)
}

function epoch(iso: string): number | null {
  const at = Date.parse(iso)
  return Number.isNaN(at) ? null : at
}
