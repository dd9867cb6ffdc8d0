import { after, before, describe } from 'node:test'
import { testShop } from '@mufta/testing/shop'
import { RealShop } from './bridge-helpers/real-shop.ts'
import { skipWithoutPhp } from './bridge-helpers/tools.ts'

const skip = skipWithoutPhp()

describe('the bridge module itself', { skip }, () => {
  let real: RealShop
  before(async () => {
    real = await RealShop.start()
  })
  after(() => real[Symbol.asyncDispose]())

  testShop({
    name: 'the bridge, with real PHP and MariaDB behind it',
    readRequests: 1,
    writeRequests: 40,
    manyChanges: 520,
    // The columns keep four digits; nothing is rounded before.
    lineDigits: 8,
    refusesStale: true,
    listsSites: true,
    hasQueue: true,
    open: (context) => real.open(context),
  })
})
