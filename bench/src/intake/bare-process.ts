import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '../processes/serve.ts'

const BODY = '{"status":"accepted"}'
const HEADERS = { 'content-type': 'application/json', 'content-length': String(BODY.length) }

/** The least that any server of Node does: reads the body, answers 200, keeps nothing. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => response.writeHead(200, HEADERS).end(BODY))
})

const calls = {
  start(): Promise<{ readonly url: string }> {
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/shop-crm/site` })
      })
    })
  },
}

export type BareCalls = typeof calls

serve(calls)
