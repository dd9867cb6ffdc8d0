import { after, describe } from 'node:test'
import { testConnector } from '@mufta/testing/acceptance'
import tryton from '../src/index.ts'
import { SharedTryton } from './shared-tryton.ts'
import { skipTryton } from './tryton-server.ts'

describe(
  'what every connector must do, against a real Tryton',
  { skip: skipTryton, timeout: 180_000 },
  () => {
    const shared = new SharedTryton()
    after(() => shared.close())
    testConnector(tryton, {
      start: () => shared.system(),
      statuses: [
        ['N', 'quotation'],
        ['P', 'processing'],
      ],
      shop: { statuses: ['N', 'P', 'F'] },
    })
  },
)
