import { AuthError, MuftaError, type CallOptions, type Finding } from '@mufta/kit'
import type { BridgeClient } from './bridge-client.ts'
import type { CommandResult } from './commands.ts'

type Health = CommandResult<'health'>

/** The agent runs every few minutes; this late, the site has no visitors or its cron stands still. */
const AGENT_LATE_SECONDS = 3600
const OUTBOX_LATE_SECONDS = 900
/** Signatures bear 300 s; this is early enough to say it. */
const CLOCK_LIMIT_SECONDS = 60
const NTP = 'Switch on time synchronisation (NTP) on both; signatures bear a difference of 300 s at most'

/** Looks at everything that an order's way through the module needs: one request. */
export async function checkBridge(
  client: Pick<BridgeClient, 'call'>,
  clock: () => number,
  options: CallOptions = {},
): Promise<readonly Finding[]> {
  try {
    const health = await client.call('health', {}, options)
    return [
      ok(
        'SITE_REACHABLE',
        `The site answers and accepts the key (module ${health.module} ${health.version})`,
      ),
      clockFinding(health, clock()),
      encodingFinding(health),
      ...outboxFindings(health),
      agentFinding(health),
      await ordersFinding(client, options),
    ]
  } catch (error) {
    options.signal?.throwIfAborted()
    return [unreachable(error)]
  }
}

function unreachable(error: unknown): Finding {
  const code = error instanceof MuftaError ? error.code : 'unknown'
  const fix = FIXES.get(code) ?? 'Check the endpoint, that it is https and open to this host'
  const message = error instanceof MuftaError ? error.message : 'The site did not answer as the module does'
  return {
    level: 'error',
    code: error instanceof AuthError ? 'SITE_KEY_REFUSED' : 'SITE_UNREACHABLE',
    message: `${message} (${code})`,
    fix,
  }
}

const FIXES: ReadonlyMap<string, string> = new Map([
  [
    'BRIDGE_KEY_REFUSED',
    'Pair again: make a code on the admin page or with "mufta bridge pair", then type it on the module\'s settings page',
  ],
  [
    'BRIDGE_NOT_PAIRED',
    'Pair: make a code on the admin page or with "mufta bridge pair", then type it on the module\'s settings page',
  ],
  ['BRIDGE_CLOCK', NTP],
  [
    'BRIDGE_NO_MODULE',
    'Install the module on the site (Marketplace → installed solutions), or correct the endpoint',
  ],
  [
    'BRIDGE_KEPT_OUT',
    'Open /bitrix/services/main/ajax.php for this host: closed site, address filter, firewall',
  ],
  ['BRIDGE_MOVED', 'Put the new address of the site into the configuration, or pair again'],
])

function clockFinding({ time, timezone }: Health, now: number): Finding {
  const seconds = Math.round(Math.abs(now - Date.parse(time)) / 1000)
  if (seconds <= CLOCK_LIMIT_SECONDS) {
    return ok('SITE_CLOCK', `The clocks agree within ${CLOCK_LIMIT_SECONDS} s (site's zone: ${timezone})`)
  }
  return {
    level: 'warning',
    code: 'SITE_CLOCK_DIFFERS',
    message: `The clocks of the site and of this host differ by ${seconds} s`,
    fix: NTP,
  }
}

function encodingFinding({ encoding, php, main, database }: Health): Finding {
  if (/^utf-?8/i.test(encoding)) {
    return ok('SITE_ENCODING', `The site is in UTF-8 (PHP ${php}, main ${main}, ${database})`)
  }
  return {
    level: 'error',
    code: 'SITE_NOT_UTF8',
    message: `The site is in ${encoding}: names and comments would be spoiled`,
    fix: 'Convert the site to UTF-8; main 24 and later know nothing else',
  }
}

function outboxFindings({ outbox }: Health): Finding[] {
  const { waiting, dead, oldestSeconds } = outbox
  const findings: Finding[] = []
  if ((oldestSeconds ?? 0) > OUTBOX_LATE_SECONDS) {
    findings.push({
      level: 'warning',
      code: 'BRIDGE_OUTBOX_LATE',
      message: `${waiting} events wait in the module's outbox, the oldest for ${oldestSeconds} s`,
      fix: 'Start "mufta run": it pulls them; see the module\'s settings page for the last error of its pushes',
    })
  }
  if (dead > 0) {
    findings.push({
      level: 'warning',
      code: 'BRIDGE_OUTBOX_DEAD',
      message: `${dead} events were given up by the module`,
      fix: 'Look at them on the module\'s settings page and press "Send the dead ones again"; the sweep finds their orders in any case',
    })
  }
  if (findings.length === 0) findings.push(ok('BRIDGE_OUTBOX', `The outbox is in order (${waiting} waiting)`))
  return findings
}

function agentFinding({ lastAgentRun, time }: Health): Finding {
  const age = lastAgentRun === null ? null : (Date.parse(time) - Date.parse(lastAgentRun)) / 1000
  if (age !== null && age <= AGENT_LATE_SECONDS) return ok('BRIDGE_AGENT', "The module's agent runs")
  return {
    level: 'warning',
    code: 'BRIDGE_AGENT_LATE',
    message:
      age === null
        ? "The module's agent has not run yet"
        : `The module's agent last ran ${Math.round(age / 60)} minutes ago`,
    fix: 'Put the agents of the site on cron; events are pulled meanwhile, so they come later but come',
  }
}

async function ordersFinding(client: Pick<BridgeClient, 'call'>, options: CallOptions): Promise<Finding> {
  try {
    await client.call('orders.ids', { afterId: null, limit: 1 }, options)
    return ok('SITE_ORDERS_READABLE', 'Orders can be read')
  } catch (error) {
    options.signal?.throwIfAborted()
    return {
      level: 'error',
      code: 'SITE_ORDERS_REFUSED',
      message: `Orders cannot be read (${error instanceof MuftaError ? error.code : 'unknown'})`,
      fix: 'Install the module "Online store" (sale) on the site, and update the bridge module',
    }
  }
}

function ok(code: string, message: string): Finding {
  return { level: 'ok', code, message }
}
