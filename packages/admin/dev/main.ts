import { samplePassword } from './mock/state.ts'
import { startMock } from './mock/server.ts'

/** `node dev/main.ts`: sample data behind the built page, or behind `vite` (it proxies /api here). */
const mock = await startMock({ port: 8080 })
process.stdout.write(`${mock.url}/admin/  (admin, operator or viewer; password: ${samplePassword})\n`)
