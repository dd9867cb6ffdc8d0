import { describe } from 'node:test'
import { lawTests } from './store-suite/laws.ts'
import { parkingTests } from './store-suite/parking.ts'
import type { MakePlace } from './store-suite/place.ts'
import { queueTests } from './store-suite/queue.ts'
import { recordTests } from './store-suite/records.ts'

/** What every engine behind the port `Store` must do. `makePlace` gives each test a home of its own. */
export function testStore(name: string, makePlace: MakePlace): void {
  describe(`store on ${name}`, () => {
    queueTests(makePlace)
    parkingTests(makePlace)
    recordTests(makePlace)
    lawTests(makePlace)
  })
}
