/**
 * `vue-tsc --noEmit` with this package's own TypeScript 6: vue-tsc itself is installed at the root, beside
 * TypeScript 7, which it cannot drive. Run from the package's folder: `node build/check-types.ts`.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { run } = require('vue-tsc') as { readonly run: (tsc: string) => void }

process.argv.push('--noEmit')
run(require.resolve('typescript/lib/tsc'))
