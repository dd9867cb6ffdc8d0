import { parseArgs } from 'node:util'
import { startRetailCrm, type SimulatedRetailCrm } from './server.ts'

const HELP = `Simulated RetailCRM, for trying a connection without an account.

  --port N      port on 127.0.0.1 (0: a free one)
  --key TEXT    API key it accepts (default: simulated-retailcrm-key)
  --faults N    share of requests that go wrong, in percent (default 0)
  --latency N   milliseconds every answer is held (default 0)
  --no-limit    without the limit of 10 requests a second
`

/** Starts the simulator as the command line asks; null after `--help`. @throws TypeError for a wrong option */
export async function runRetailCrm(
  args: string[],
  print: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Promise<SimulatedRetailCrm | null> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      key: { type: 'string' },
      faults: { type: 'string', default: '0' },
      latency: { type: 'string', default: '0' },
      'no-limit': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    print(HELP)
    return null
  }
  const crm = await startRetailCrm({
    port: numberOption('port', values.port, 65_535),
    latencyMs: numberOption('latency', values.latency, 60_000),
    faults: { rate: numberOption('faults', values.faults, 100) / 100 },
    ...(values.key === undefined ? {} : { apiKey: values.key }),
    ...(values['no-limit'] ? { requestsPerSecond: 0 } : {}),
  })
  print(`RetailCRM (simulated): ${crm.url}`)
  print(values.key === undefined ? `API key: ${crm.apiKey}` : 'API key: the one given by --key')
  print(`Control: GET ${crm.url}/_sim/orders, POST ${crm.url}/_sim/orders/{id} {"status":"complete"}`)
  return crm
}

function numberOption(name: string, text: string, most: number): number {
  const value = Number(text)
  if (text !== '' && value >= 0 && value <= most) return value
  throw new TypeError(`--${name} needs a number from 0 to ${most}`)
}
