/** RetailCRM's times are local to the account and carry no zone: "Y-m-d H:i:s". */
export function formatTime(ms: number, utcOffsetMinutes: number): string {
  return new Date(ms + utcOffsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')
}

export function isDateTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text) && exists(text)
}

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && exists(`${text} 00:00:00`)
}

/** False for the 31st of June and for 25 o'clock. */
function exists(text: string): boolean {
  const moment = new Date(`${text.replace(' ', 'T')}Z`)
  return !Number.isNaN(moment.getTime()) && formatTime(moment.getTime(), 0) === text
}
