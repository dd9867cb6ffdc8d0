import { openSqliteStore } from '../src/store/sqlite-store.ts'
import { shop, take } from './store-suite/place.ts'

/** Pushes and works as fast as it can and reports each acknowledged job ("+id") and each finished one ("-id"). */
const store = await openSqliteStore({ path: process.argv[2] ?? '' })

async function produce(number: number): Promise<never> {
  for (;;) {
    const lane = `order/${number}`
    const ids = await store.push([{ connection: shop, lane, kind: 'sync', payload: {} }])
    process.stdout.write(`+${ids.join()}\n`)
  }
}

async function work(): Promise<never> {
  for (;;) {
    for (const lease of await take(store, 4)) {
      await store.done(lease)
      process.stdout.write(lease.jobs.map(({ id }) => `-${id}\n`).join(''))
    }
  }
}

await Promise.all([...Array.from({ length: 16 }, (_, number) => produce(number)), work()])
