import { api } from '../api/client.ts'

const limitMs = 5_000

interface FramePlace {
  readonly domain: string
  readonly isHttps: boolean
  readonly appSid: string
}

/** A Bitrix24 portal names itself in the frame's window name: "domain|protocol|application". */
export function framePlace(name: string): FramePlace | null {
  const [domain, protocol, appSid] = name.split('|')
  if (domain === undefined || protocol === undefined || appSid === undefined) return null
  if (!/^[\w.-]+(:\d+)?$/.test(domain) || appSid === '') return null
  return { domain: domain.replace(/:(80|443)$/, ''), isHttps: protocol === '1', appSid }
}

export function isPortalFrame(): boolean {
  return window.parent !== window && framePlace(window.name) !== null
}

/** Signs in with the portal's own user; the server asks the portal whether it is true. false = not in a portal. */
export async function signInByPortal(): Promise<boolean> {
  const place = framePlace(window.name)
  if (window.parent === window || place === null) return false
  const auth = await askParent(place)
  if (auth === null) return false
  await api.portalSession({ domain: place.domain, authId: auth.authId, memberId: auth.memberId })
  return true
}

/** Bitrix24 frame protocol (its JS SDK): post "getInitData:<callback>:<application>", get "<callback>:<JSON>". */
function askParent(place: FramePlace): Promise<{ authId: string; memberId: string } | null> {
  const origin = `${place.isHttps ? 'https' : 'http'}://${place.domain}`
  const callback = crypto.randomUUID().replaceAll('-', '')
  return new Promise((resolve) => {
    const finish = (answer: { authId: string; memberId: string } | null) => {
      clearTimeout(timer)
      removeEventListener('message', listen)
      resolve(answer)
    }
    const listen = (event: MessageEvent<unknown>) => {
      if (event.origin !== origin || event.source !== window.parent) return
      if (typeof event.data !== 'string' || !event.data.startsWith(`${callback}:`)) return
      finish(readAuth(event.data.slice(callback.length + 1)))
    }
    const timer = setTimeout(() => finish(null), limitMs)
    addEventListener('message', listen)
    window.parent.postMessage(`getInitData:${callback}:${place.appSid}`, origin)
  })
}

function readAuth(text: string): { authId: string; memberId: string } | null {
  try {
    const data = JSON.parse(text) as Record<string, unknown>
    const { AUTH_ID: authId, MEMBER_ID: memberId } = data
    return typeof authId === 'string' && typeof memberId === 'string' ? { authId, memberId } : null
  } catch {
    return null
  }
}
