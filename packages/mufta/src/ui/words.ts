import { wordsIn, type Title } from '@mufta/kit'
import type { LaneState } from '@mufta/runtime'
import type { Lang } from './screen.ts'

/** How a lane is called that is in this state. */
export function laneState(state: LaneState, lang: Lang): string {
  return wordsIn(LANE_STATES[state], lang)
}

/** What a line of the journal is; a connector may write kinds of its own. */
export function journalKind(kind: string, lang: Lang): string {
  return wordsIn(KINDS[kind] ?? kind, lang)
}

const LANE_STATES: Readonly<Record<LaneState, Title>> = {
  idle: { en: 'idle', ru: 'свободна' },
  waiting: { en: 'waiting', ru: 'ждёт' },
  running: { en: 'running', ru: 'в работе' },
  parked: { en: 'parked', ru: 'придержана' },
}

/** The same words as on the page. */
const KINDS: Readonly<Record<string, Title>> = {
  event: { en: 'event', ru: 'событие' },
  write: { en: 'write', ru: 'запись' },
  echo: { en: 'echo', ru: 'своё эхо' },
  conflict: { en: 'conflict', ru: 'конфликт' },
  skip: { en: 'skip', ru: 'без изменений' },
  park: { en: 'park', ru: 'придержан' },
  dead: { en: 'dead', ru: 'не доставлен' },
  retry: { en: 'retry', ru: 'повтор' },
  redrive: { en: 'redrive', ru: 'пущен снова' },
  dismiss: { en: 'dismiss', ru: 'отброшен' },
  bind: { en: 'bind', ru: 'связан' },
  check: { en: 'check', ru: 'сверка' },
  pause: { en: 'pause', ru: 'пауза' },
  resume: { en: 'resume', ru: 'продолжение' },
  note: { en: 'note', ru: 'заметка' },
}
