import type { SaleState } from './sale.ts'

/** A button of the sale's form; a state is never written directly. */
export type Button = 'draft' | 'quote' | 'confirm' | 'process' | 'cancel'

/**
 * The button that leads from one state towards another. `there` = nothing to press. `ahead` = Tryton is further than
 * asked for and does not go back, its state flows to the shop instead. `blocked` = only a person can do it.
 * (Transitions: trytond/modules/sale/sale.py, 6.0.)
 */
export function nextButton(current: SaleState, target: SaleState): Button | 'there' | 'ahead' | 'blocked' {
  if (current === target) return 'there'
  if (current === 'cancelled') return 'draft'
  if (target === 'cancelled') return toCancelled(current)
  if (isBefore(target, current)) return current === 'quotation' || current === 'confirmed' ? 'draft' : 'ahead'
  return forward[current]
}

/** The next button on the main way. */
const forward = {
  draft: 'quote',
  quotation: 'confirm',
  confirmed: 'process',
  // Tryton finishes a sale by itself when all is shipped and paid; the button makes it look again.
  processing: 'process',
  done: 'process',
} as const satisfies Record<Exclude<SaleState, 'cancelled'>, Button>

function toCancelled(current: Exclude<SaleState, 'cancelled'>): Button | 'blocked' {
  if (current === 'draft' || current === 'quotation') return 'cancel'
  return current === 'confirmed' ? 'draft' : 'blocked'
}

function isBefore(a: SaleState, b: SaleState): boolean {
  const way: readonly SaleState[] = ['draft', 'quotation', 'confirmed', 'processing', 'done']
  return way.indexOf(a) < way.indexOf(b)
}
