import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { TransportError } from './transport-error.ts'

/**
 * Bytes of an answer as text: unpacked (never more than `maxBytes`, so a small body cannot blow up) and decoded by
 * the declared character set, UTF-8 by default.
 * @throws TransportError `too-large`, `broken`
 */
export async function decodeBody(
  body: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  maxBytes: number,
): Promise<{ readonly text: string; readonly isWellEncoded: boolean }> {
  const bytes = await unpack(body, headers['content-encoding'] ?? '', maxBytes)
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  if (/^utf-?8$/i.test(charset) && isUtf8(bytes)) return { text: bytes.toString(), isWellEncoded: true }
  try {
    return {
      text: new TextDecoder(knownCharset(charset), { fatal: true }).decode(bytes),
      isWellEncoded: true,
    }
  } catch {
    // The mark is enough: the caller decides whether a damaged text may be used.
    return { text: new TextDecoder().decode(bytes), isWellEncoded: false }
  }
}

const unpackers = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

async function unpack(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase().replace('x-gzip', 'gzip')
  if (body.length === 0 || name === '' || name === 'identity') return body
  if (name !== 'gzip' && name !== 'deflate' && name !== 'br') throw new TransportError('broken', true)
  try {
    return await unpackers[name](body, { maxOutputLength: maxBytes })
  } catch (error) {
    const isTooLarge = error instanceof RangeError
    throw new TransportError(isTooLarge ? 'too-large' : 'broken', true, error)
  }
}

function knownCharset(name: string): string {
  try {
    return new TextDecoder(name).encoding
  } catch {
    // An invented name: UTF-8 is what such servers send.
    return 'utf-8'
  }
}
