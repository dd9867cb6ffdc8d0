/** How much two names of different systems are alike, 0 to 1, across Russian and English. */
export function similarity(a: string, b: string): number {
  const [left, right] = [normalise(a), normalise(b)]
  if (left === '' || right === '') return 0
  if (left === right) return 1
  return Math.max(dice(left, right), meaning(left, right))
}

const letters: Readonly<Record<string, string>> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n',
  о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'c', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ы: 'y',
  ь: '', э: 'e', ю: 'yu', я: 'ya',
} // prettier-ignore

/** Word beginnings that mean the same in shops and CRMs. Longest first within a row does not matter. */
const meanings: readonly (readonly string[])[] = [
  ['new', 'nov', 'prinyat', 'accept'],
  ['paid', 'oplachen', 'payed'],
  ['payment', 'oplat', 'pay'],
  ['assembl', 'sbork', 'sobir', 'komplekt', 'picking', 'picked'],
  ['deliver', 'dostav'],
  ['ship', 'sent', 'otprav', 'otgruz', 'send'],
  ['complete', 'vypoln', 'zavershen', 'finish', 'done', 'final'],
  ['cancel', 'otmen'],
  ['return', 'vozvrat'],
  ['refus', 'otkaz'],
  ['wait', 'ozhida', 'pending'],
  ['approv', 'soglas', 'podtverzh', 'confirm'],
  ['cash', 'nalich'],
  ['card', 'kart'],
  ['bank', 'bezn', 'invoice', 'schet'],
  ['courier', 'kurer'],
  ['pickup', 'samovyvoz', 'self'],
  ['post', 'pochta', 'mail'],
  ['work', 'obrabot', 'process'],
]

export function normalise(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replaceAll(/[а-я]/g, (letter) => letters[letter] ?? letter)
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
}

/** Share of common letter pairs. */
function dice(a: string, b: string): number {
  const [left, right] = [pairs(a), pairs(b)]
  if (left.length === 0 || right.length === 0) return 0
  const rest = [...right]
  let common = 0
  for (const pair of left) {
    const at = rest.indexOf(pair)
    if (at === -1) continue
    rest.splice(at, 1)
    common += 1
  }
  return (2 * common) / (left.length + right.length)
}

/** Of ASCII words only: `normalise` left nothing else. */
function pairs(text: string): readonly string[] {
  return text
    .split(' ')
    .flatMap((word) =>
      Array.from({ length: Math.max(0, word.length - 1) }, (_, at) => word.slice(at, at + 2)),
    )
}

/** Share of words whose meaning is known and common. A little below equality of letters. */
function meaning(a: string, b: string): number {
  const [left, right] = [meaningsOf(a), meaningsOf(b)]
  if (left.size === 0 || right.size === 0) return 0
  const common = [...left].filter((index) => right.has(index)).length
  return (0.9 * 2 * common) / (left.size + right.size)
}

function meaningsOf(text: string): ReadonlySet<number> {
  const words = text.split(' ')
  return new Set(
    meanings.flatMap((starts, index) =>
      words.some((word) => starts.some((start) => word.startsWith(start))) ? [index] : [],
    ),
  )
}
