/** A whole number of the command line. @throws RangeError */
export function toCount(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`"${text}" is not a whole number`)
  return value
}
