/** A pattern of every form in which one of the secrets may appear in a text; null when there is none. */
export function secretPattern(secrets: readonly string[]): RegExp | null {
  const forms = new Set<string>()
  const words = new Set<string>()
  for (const secret of secrets) {
    if (secret === '') continue
    // A secret of one to three characters would blank half of every text: only as a whole word.
    if (secret.length < 4) words.add(`(?<!\\w)${escapePattern(secret)}(?!\\w)`)
    else for (const form of formsOf(secret)) forms.add(form)
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length).map(escapePattern)
  const all = [...longestFirst, ...words]
  // Case is ignored: hosts are lower-cased and percent sequences come in both cases.
  return all.length === 0 ? null : new RegExp(all.join('|'), 'gi')
}

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const percent = percentEncoded(secret)
  const plain = [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    asciiJson(json),
    asciiJson(json).replaceAll('/', '\\/'),
    html(secret),
    secret.replaceAll("'", "\\'"),
    percent,
    strictlyEncoded(percent),
    percent.replaceAll('%20', '+'),
    strictlyEncoded(percent).replaceAll('%20', '+'),
    percentEncoded(percent),
  ]
  return [...plain, ...base64Forms(secret)]
}

/** Base64 of a longer text that holds the secret: three alignments, without the characters shared with neighbours. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const inner = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    if (inner.length < 6) return []
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function strictlyEncoded(percent: string): string {
  return percent.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}

function asciiJson(json: string): string {
  return json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function html(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#039;',
  }
  return text.replace(/[&<>"']/g, (char) => names[char] ?? char)
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
