export { defineConfig } from './config/load.ts'
export type { ConfigInput } from './config/schema.ts'
