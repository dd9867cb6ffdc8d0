/** Bitrix24 REST docs: *Events*, the body of a delivery. */
export function eventBody(id: number, applicationToken: string): string {
  const fields: readonly (readonly [string, string])[] = [
    ['event', 'ONSALEORDERSAVED'],
    ['event_handler_id', '17'],
    ['data[FIELDS][ID]', String(id)],
    ['data[FIELDS][XML_ID]', 'bx_655f4c2b1d0a7'],
    ['data[FIELDS][ACTION]', 'save'],
    ['ts', '1466439714'],
    ['auth[domain]', 'shop.example'],
    ['auth[client_endpoint]', 'https://shop.example/rest/'],
    ['auth[server_endpoint]', 'https://oauth.example/rest/'],
    ['auth[member_id]', 'a223c6b3710f85df22e9377d6c4f7553'],
    ['auth[application_token]', applicationToken],
  ]
  return fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
}
