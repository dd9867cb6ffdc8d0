import { AuthError, MuftaError, type CallOptions, type Finding, type Title, type Words } from '@mufta/kit'
import type { BridgeClient } from './bridge-client.ts'
import type { CommandResult } from './commands.ts'

type Health = CommandResult<'health'>

/** The agent runs every few minutes; this late, the site has no visitors or its cron stands still. */
const AGENT_LATE_SECONDS = 3600
const OUTBOX_LATE_SECONDS = 900
/** Signatures bear 300 s; this is early enough to say it. */
const CLOCK_LIMIT_SECONDS = 60
const NTP: Title = {
  en: 'Switch on time synchronisation (NTP) on both; signatures bear a difference of 300 s at most',
  ru: 'Включите на обоих синхронизацию времени (NTP): подписи терпят разницу не больше 300 с',
}

/** Looks at everything that an order's way through the module needs: one request. */
export async function checkBridge(
  client: Pick<BridgeClient, 'call'>,
  clock: () => number,
  options: CallOptions = {},
): Promise<readonly Finding[]> {
  try {
    const health = await client.call('health', {}, options)
    return [
      ok('SITE_REACHABLE', {
        en: `The site answers and accepts the key (module ${health.module} ${health.version})`,
        ru: `Сайт отвечает и принимает ключ (модуль ${health.module} ${health.version})`,
      }),
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
  return {
    level: 'error',
    code: error instanceof AuthError ? 'SITE_KEY_REFUSED' : 'SITE_UNREACHABLE',
    message: unreachableWords(error),
    fix: FIXES.get(code) ?? {
      en: 'Check the endpoint, that it is https and open to this host',
      ru: 'Проверьте endpoint: адрес начинается с https и доступен с этого сервера',
    },
  }
}

/** The error's own words, with what they mean in Russian. */
function unreachableWords(error: unknown): Words {
  if (!(error instanceof MuftaError)) {
    return {
      en: 'The site did not answer as the module does (unknown)',
      ru: 'Сайт не ответил так, как отвечает модуль',
    }
  }
  const en = `${error.message} (${error.code})`
  const ru = MEANINGS.get(error.code)
  return ru === undefined ? en : { en, ru: `${ru} (${error.code})` }
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['BRIDGE_KEY_REFUSED', 'Сайт не принимает ключ'],
  ['BRIDGE_NOT_PAIRED', 'Сайт ещё не связан'],
  ['BRIDGE_CLOCK', 'Часы сайта и этого сервера расходятся, и сайт отвергает подпись'],
  ['BRIDGE_NO_MODULE', 'По этому адресу модуля нет'],
  ['BRIDGE_KEPT_OUT', 'Вместо модуля отвечает что-то перед ним: закрытый сайт, фильтр адресов или пароль'],
  ['BRIDGE_MOVED', 'Сайт перенаправляет на другой адрес'],
  ['BRIDGE_UNREACHABLE', 'Сайт недоступен'],
  ['BRIDGE_NO_ANSWER', 'Сайт не ответил вовремя'],
  ['BRIDGE_SERVER', 'Внутри сайта произошла ошибка'],
])

const FIXES: ReadonlyMap<string, Title> = new Map([
  [
    'BRIDGE_KEY_REFUSED',
    {
      en: 'Pair again: take a code on the admin page or by "mufta bridge pair", then type it on the module\'s settings page',
      ru: 'Свяжите заново: получите код на странице администратора или командой «mufta bridge pair», затем введите его на странице настроек модуля',
    },
  ],
  [
    'BRIDGE_NOT_PAIRED',
    {
      en: 'Pair: take a code on the admin page or by "mufta bridge pair", then type it on the module\'s settings page',
      ru: 'Свяжите: получите код на странице администратора или командой «mufta bridge pair», затем введите его на странице настроек модуля',
    },
  ],
  ['BRIDGE_CLOCK', NTP],
  [
    'BRIDGE_NO_MODULE',
    {
      en: 'Install the module on the site (Marketplace → installed solutions), or correct the endpoint',
      ru: 'Установите модуль на сайте («Marketplace» → «Установленные решения») или исправьте endpoint',
    },
  ],
  [
    'BRIDGE_KEPT_OUT',
    {
      en: 'Open /bitrix/services/main/ajax.php for this host: closed site, address filter, firewall',
      ru: 'Откройте этому серверу /bitrix/services/main/ajax.php: мешают закрытый сайт, фильтр адресов или сетевой экран',
    },
  ],
  [
    'BRIDGE_MOVED',
    {
      en: 'Put the new address of the site into the configuration, or pair again',
      ru: 'Впишите новый адрес сайта в настройки или свяжите заново',
    },
  ],
])

function clockFinding({ time, timezone }: Health, now: number): Finding {
  const seconds = Math.round(Math.abs(now - Date.parse(time)) / 1000)
  if (seconds <= CLOCK_LIMIT_SECONDS) {
    return ok('SITE_CLOCK', {
      en: `The clocks agree within ${CLOCK_LIMIT_SECONDS} s (site's zone: ${timezone})`,
      ru: `Часы расходятся не больше чем на ${CLOCK_LIMIT_SECONDS} с (часовой пояс сайта: ${timezone})`,
    })
  }
  return {
    level: 'warning',
    code: 'SITE_CLOCK_DIFFERS',
    message: {
      en: `The clocks of the site and of this host differ by ${seconds} s`,
      ru: `Часы сайта и этого сервера расходятся на ${seconds} с`,
    },
    fix: NTP,
  }
}

function encodingFinding({ encoding, php, main, database }: Health): Finding {
  if (/^utf-?8/i.test(encoding)) {
    const versions = `PHP ${php}, main ${main}, ${database}`
    return ok('SITE_ENCODING', { en: `The site is in UTF-8 (${versions})`, ru: `Сайт в UTF-8 (${versions})` })
  }
  return {
    level: 'error',
    code: 'SITE_NOT_UTF8',
    message: {
      en: `The site is in ${encoding}: names and comments would be spoiled`,
      ru: `Сайт в кодировке ${encoding}: имена и комментарии исказятся`,
    },
    fix: {
      en: 'Convert the site to UTF-8; main 24 and later know nothing else',
      ru: 'Переведите сайт в UTF-8: «Главный модуль» начиная с версии 24 другой кодировки не знает',
    },
  }
}

function outboxFindings({ outbox }: Health): Finding[] {
  const { waiting, dead, oldestSeconds } = outbox
  const findings: Finding[] = []
  if ((oldestSeconds ?? 0) > OUTBOX_LATE_SECONDS) {
    findings.push({
      level: 'warning',
      code: 'BRIDGE_OUTBOX_LATE',
      message: {
        en: `${waiting} events wait in the module's outbox, the oldest for ${oldestSeconds} s`,
        ru: `В очереди модуля ждёт событий: ${waiting}, самое старое — ${oldestSeconds} с`,
      },
      fix: {
        en: 'Start "mufta run": it pulls them; see the module\'s settings page for the last error of its pushes',
        ru: 'Запустите «mufta run»: она их заберёт; последнюю ошибку отправки показывает страница настроек модуля, «Состояние»',
      },
    })
  }
  if (dead > 0) {
    findings.push({
      level: 'warning',
      code: 'BRIDGE_OUTBOX_DEAD',
      message: {
        en: `${dead} events were given up by the module`,
        ru: `Модуль не смог передать событий: ${dead}`,
      },
      fix: {
        en: 'Look at them on the module\'s settings page and press "Send the dead ones again"; the sweep finds their orders in any case',
        ru: 'Посмотрите их на странице настроек модуля и нажмите «Повторить непринятые»; сами заказы в любом случае найдёт обход',
      },
    })
  }
  if (findings.length > 0) return findings
  return [
    ok('BRIDGE_OUTBOX', {
      en: `The outbox is in order (${waiting} waiting)`,
      ru: `Очередь модуля в порядке (ждёт: ${waiting})`,
    }),
  ]
}

function agentFinding({ lastAgentRun, time }: Health): Finding {
  const age = lastAgentRun === null ? null : (Date.parse(time) - Date.parse(lastAgentRun)) / 1000
  if (age !== null && age <= AGENT_LATE_SECONDS) {
    return ok('BRIDGE_AGENT', { en: "The module's agent runs", ru: 'Агент модуля работает' })
  }
  const minutes = Math.round((age ?? 0) / 60)
  return {
    level: 'warning',
    code: 'BRIDGE_AGENT_LATE',
    message:
      age === null
        ? { en: "The module's agent has not run yet", ru: 'Агент модуля ещё не запускался' }
        : {
            en: `The module's agent last ran ${minutes} minutes ago`,
            ru: `Агент модуля последний раз запускался ${minutes} мин назад`,
          },
    fix: {
      en: 'Put the agents of the site on cron; events are pulled meanwhile, so they come later but come',
      ru: 'Переведите агенты сайта на cron («Настройки» → «Настройки продукта» → «Агенты»); события пока забирает сама Mufta: позже, но все',
    },
  }
}

async function ordersFinding(client: Pick<BridgeClient, 'call'>, options: CallOptions): Promise<Finding> {
  try {
    await client.call('orders.ids', { afterId: null, limit: 1 }, options)
    return ok('SITE_ORDERS_READABLE', { en: 'Orders can be read', ru: 'Заказы читаются' })
  } catch (error) {
    options.signal?.throwIfAborted()
    const code = error instanceof MuftaError ? error.code : 'unknown'
    return {
      level: 'error',
      code: 'SITE_ORDERS_REFUSED',
      message: { en: `Orders cannot be read (${code})`, ru: `Заказы не читаются (${code})` },
      fix: {
        en: 'Install the module "Online store" (sale) on the site, and update the bridge module',
        ru: 'Установите на сайте модуль «Интернет-магазин» (sale) и обновите модуль моста',
      },
    }
  }
}

function ok(code: string, message: Title): Finding {
  return { level: 'ok', code, message }
}
