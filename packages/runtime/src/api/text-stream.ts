import type { ApiDeps } from './deps.ts'
import { withoutSecrets } from './last-net.ts'

/** A download made while it is fetched: nothing is read ahead of a slow client, and one that goes away ends it. */
export function download(
  deps: Pick<ApiDeps, 'secrets'>,
  parts: AsyncIterable<string>,
  { contentType, fileName }: { readonly contentType: string; readonly fileName: string },
): Response {
  const body = ReadableStream.from(netted(deps, parts)).pipeThrough(new TextEncoderStream())
  return new Response(body, {
    headers: {
      'content-type': `${contentType}; charset=utf-8`,
      'content-disposition': `attachment; filename="${fileName}"`,
    },
  })
}

async function* netted({ secrets }: Pick<ApiDeps, 'secrets'>, parts: AsyncIterable<string>) {
  for await (const part of parts) yield withoutSecrets(part, secrets())
}
