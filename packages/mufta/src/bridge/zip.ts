import { crc32, inflateRawSync } from 'node:zlib'
import { ConfigError } from '@mufta/kit'

/** Path inside the archive (with "/") → content. */
export type ZipFiles = ReadonlyMap<string, Buffer>

/** 1980-01-01 00:00, the format's first moment: the same files make the same bytes, whenever and wherever. */
const DATE = 0x0021
const TIME = 0
const VERSION = 20
/** Names are UTF-8. */
const FLAGS = 0x0800
/** Made by Unix, a plain file rw-r--r--. */
const MADE_BY = 0x0300 | VERSION
const ATTRIBUTES = (0o100644 << 16) >>> 0

const MAX_FILES = 10_000
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Makes a zip whose bytes depend on names and contents alone. Stored, not deflated: the output of deflate differs
 * between versions of zlib.
 */
export function writeZip(files: ZipFiles): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const path of [...files.keys()].toSorted(byBytes)) {
    const content = files.get(path) as Buffer
    const name = Buffer.from(path, 'utf8')
    const common = commonFields(name, content)
    const local = Buffer.concat([u32(0x04034b50), u16(VERSION), common, u16(0), name, content])
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(MADE_BY),
        u16(VERSION),
        common,
        u16(0), // extra
        u16(0), // comment
        u16(0), // disk
        u16(0), // internal attributes
        u32(ATTRIBUTES),
        u32(offset),
        name,
      ]),
    )
    bodies.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const count = u16(files.size)
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)]
  return Buffer.concat([...bodies, central, ...end])
}

/**
 * Reads a zip made here or by common tools (stored and deflated files).
 * @throws ConfigError `ZIP_INVALID`: broken, encrypted, too large, or with names that lead out of the folder
 */
export function readZip(bytes: Buffer): ZipFiles {
  const files = new Map<string, Buffer>()
  let left = MAX_BYTES
  try {
    for (const entry of entries(bytes)) {
      if (entry.name.endsWith('/')) continue
      if (files.has(entry.name)) throw broken('a name occurs twice')
      const content = contentOf(bytes, entry, left)
      left -= content.length
      files.set(entry.name, content)
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw broken('it cannot be read', cause)
  }
  return files
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

function* entries(bytes: Buffer): Iterable<Entry> {
  const end = bytes.lastIndexOf(u32(0x06054b50))
  if (end < 0) throw broken('it has no directory')
  const count = bytes.readUInt16LE(end + 10)
  if (count > MAX_FILES) throw broken('it holds too many files')
  let at = bytes.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw broken('its directory is damaged')
    if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw broken('it is encrypted')
    const nameLength = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    if (!isInside(name)) throw broken('a name in it leads out of its folder')
    yield {
      name,
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
}

function contentOf(bytes: Buffer, entry: Entry, left: number): Buffer {
  if (entry.size > left) throw broken('it is too large')
  const { offset } = entry
  if (bytes.readUInt32LE(offset) !== 0x04034b50) throw broken('a file in it is damaged')
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
  const packed = bytes.subarray(start, start + entry.packed)
  if (entry.method !== 0 && entry.method !== 8) throw broken('it is packed in an unknown way')
  const content =
    entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.size) })
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw broken('a file in it is damaged')
  return content
}

function isInside(name: string): boolean {
  return !/^([/\\]|[A-Za-z]:)|\\|\0/.test(name) && !name.split('/').includes('..') && name !== ''
}

function commonFields(name: Buffer, content: Buffer): Buffer {
  const size = u32(content.length)
  return Buffer.concat([
    u16(FLAGS),
    u16(0), // stored
    u16(TIME),
    u16(DATE),
    u32(crc32(content)),
    size,
    size,
    u16(name.length),
  ])
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function broken(what: string, cause?: unknown): ConfigError {
  const options = cause === undefined ? {} : { cause }
  return new ConfigError('ZIP_INVALID', `The archive cannot be used: ${what}`, options)
}
