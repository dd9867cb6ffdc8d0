import { parseArgs } from 'node:util'
import { seededRandom } from '../sim/faults.ts'
import type { PortalOptions } from './options.ts'
import { startPortal, type SimulatedPortal } from './portal.ts'
import { orderSamples } from './samples.ts'

export const PORTAL_HELP = `A simulated Bitrix portal on 127.0.0.1, strict as the documentation.

  --port N          port to listen on (default: a free one)
  --orders N        place N sample orders at the start
  --seed N          seed of samples, faults and lost events (default 1)
  --latency C,R     milliseconds per call and per row, e.g. 20,0.2
  --faults P        share of requests that go wrong, e.g. 0.05
  --event-loss P    share of events that never arrive
  --deals N         a table of N deals
  --hook URL        send order events there, as an outgoing webhook does
  --token T         application token of those events
  --no-limits       no request bucket and no operating limit

The webhook's address is a secret of the simulator only. Control it under /_sim/, e.g.
  curl -X POST <url>/_sim/orders -d '{"samples": 10}'`

/** Starts a portal from command-line words. Prints what a client needs; the caller closes it. */
export async function runPortal(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<SimulatedPortal | null> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      orders: { type: 'string' },
      seed: { type: 'string' },
      latency: { type: 'string' },
      faults: { type: 'string' },
      'event-loss': { type: 'string' },
      deals: { type: 'string' },
      hook: { type: 'string' },
      token: { type: 'string' },
      'no-limits': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) {
    print(PORTAL_HELP)
    return null
  }
  const seed = number(values.seed, 1)
  const random = seededRandom(seed)
  const [perCallMs, perRowMs] = (values.latency ?? '0,0').split(',').map((part) => number(part, 0))
  const options: PortalOptions = {
    port: number(values.port, 0),
    faults: { rate: number(values.faults, 0), random: seededRandom(seed + 1) },
    eventLoss: number(values['event-loss'], 0),
    latency: { perCallMs: perCallMs ?? 0, perRowMs: perRowMs ?? 0 },
    random,
    ...(values['no-limits'] === true ? { limits: false } : {}),
    ...(values.deals === undefined ? {} : { rows: { 'crm.deal.list': { count: number(values.deals, 0) } } }),
    ...(values.hook === undefined ? {} : { outgoingWebhook: hook(values.hook, values.token) }),
  }
  const portal = await startPortal(options)
  for (const sample of orderSamples(number(values.orders, 0), seed)) portal.placeOrder(sample)
  print(`Simulated portal  ${portal.url}`)
  print(`Webhook           ${portal.webhook}`)
  print(`Application token ${portal.applicationToken}`)
  print(`Control           ${portal.url}/_sim/info`)
  return portal
}

function hook(url: string, token: string | undefined): NonNullable<PortalOptions['outgoingWebhook']> {
  return token === undefined ? { url } : { url, applicationToken: token }
}

function number(word: string | undefined, fallback: number): number {
  if (word === undefined) return fallback
  const value = Number(word)
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`Expected a number, got "${word}"`)
  return value
}
