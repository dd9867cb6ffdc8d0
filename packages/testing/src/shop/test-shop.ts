import { describe } from 'node:test'
import { testFollowing } from './following.ts'
import { testLooking } from './looking.ts'
import { testReading } from './reading.ts'
import { testRefusals } from './refusals.ts'
import type { Road } from './road.ts'
import { testTelling } from './telling.ts'
import { testWriting } from './writing.ts'

/** What every road to a shop must do alike, whatever stands at its end. */
export function testShop(road: Road): void {
  describe(`a shop by ${road.name}`, () => {
    testReading(road)
    testWriting(road)
    testRefusals(road)
    testFollowing(road)
    if (road.hasQueue) testTelling(road)
    testLooking(road)
  })
}
