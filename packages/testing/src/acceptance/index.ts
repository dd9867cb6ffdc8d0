export { FindingWords } from './finding-words.ts'
export { sampleOrders } from './sample-orders.ts'
export type { AcceptanceOptions, SeenOrder, SystemUnderTest } from './system.ts'
export { testConnector } from './test-connector.ts'
