/** Every way a call goes wrong that a connector must survive. */
export const faultKinds = [
  /** Socket destroyed, nothing done. */
  'reset-before',
  /** Done, the answer is lost. */
  'reset-after',
  /** Nothing done, 500. */
  'error-500',
  /** Nothing done, an HTML page of a proxy. */
  'html-502',
  /** Done, the JSON is cut. */
  'truncated',
  /** Nothing done, the system's own limit answer. */
  'rate-limit',
] as const

export type FaultKind = (typeof faultKinds)[number]

export interface FaultDial {
  /** Share of requests that go wrong, 0 to 1. */
  rate: number
  /** Drawn from with equal chances. */
  kinds: readonly FaultKind[]
  /** Uniform in [0, 1); give a seeded one for a run that repeats. */
  random: () => number
}

export function createDial(start: Partial<FaultDial> = {}): FaultDial {
  return { rate: start.rate ?? 0, kinds: start.kinds ?? faultKinds, random: start.random ?? Math.random }
}

/** One throw of the dice: usually null, else the fault to play. */
export function drawFault(dial: FaultDial): FaultKind | null {
  if (dial.rate <= 0 || dial.random() >= dial.rate) return null
  return dial.kinds[Math.floor(dial.random() * dial.kinds.length)] ?? null
}

/** A small seeded generator (mulberry32) for repeatable runs. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
