import type { Context, Hono } from 'hono'
import { clientAddress } from './client-address.ts'
import type { ApiDeps } from './deps.ts'
import { pageHeaders } from './headers.ts'
import { keepSession } from './session-cookie.ts'
import { StaticPage, type PageFile } from './static-page.ts'

/** Largest form that a portal posts when it opens the page: a few hundred bytes. */
const MAX_FORM_BYTES = 64 * 1024

/** Serves the built admin page under /admin/. `folder`: absolute; it may not be built yet. */
export function mountPage(app: Hono, deps: ApiDeps, folder: string): void {
  const page = new StaticPage(folder.replace(/[\\/]+$/, ''))
  const headers = pageHeaders(deps.portals)
  app.get('/', (context) => context.redirect('/admin/', 302))
  app.get('/admin', (context) => context.redirect('/admin/', 308))
  app.get('/admin/*', async (context) => {
    const path = context.req.path.slice('/admin/'.length)
    const file = await page.file(path)
    if (file !== null) return send(context, file, headers)
    const isPage = path === ''
    return context.text(isPage ? NOT_BUILT : 'No such file', isPage ? 503 : 404, { ...headers })
  })
  for (const path of ['/admin', '/admin/'])
    app.post(path, async (context) => {
      await openInPortal(deps, context)
      return context.redirect('/admin/', 303)
    })
}

const NOT_BUILT = 'The admin page is not built: run "npm run build -w @mufta/admin"'

/**
 * A portal opens an application by posting the user's auth into the frame (Bitrix24 docs: settings/oauth/simple-way).
 * It is verified with the portal; whoever is not confirmed gets the page and may sign in there.
 */
async function openInPortal(deps: ApiDeps, context: Context): Promise<void> {
  if (Number(context.req.header('content-length') ?? Infinity) > MAX_FORM_BYTES) return
  const form = new URLSearchParams(await context.req.text())
  const auth = {
    domain: context.req.query('DOMAIN') ?? form.get('DOMAIN') ?? '',
    authId: form.get('AUTH_ID') ?? '',
    memberId: form.get('member_id') ?? '',
  }
  if (auth.domain === '' || auth.authId === '') return
  const signal = AbortSignal.any([context.req.raw.signal, deps.runtime.stopping])
  try {
    const opened = await deps.access.signInPortal(auth, clientAddress(context, deps.trustProxy), signal)
    keepSession(context, opened, deps.trustProxy)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED'
    deps.log.warn({ code }, 'A user of a portal could not be signed in')
  }
}

function send(context: Context, file: PageFile, headers: Readonly<Record<string, string>>): Response {
  const cache = file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
  const all = {
    ...headers,
    'content-type': file.type,
    'cache-control': cache,
    etag: file.etag,
    vary: 'accept-encoding',
  }
  if (context.req.header('if-none-match') === file.etag) return context.body(null, 304, all)
  const takesGzip = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
  if (file.gzipped === null || !takesGzip) return context.body(bytes(file.body), 200, all)
  return context.body(bytes(file.gzipped), 200, { ...all, 'content-encoding': 'gzip' })
}

function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return buffer as Uint8Array<ArrayBuffer>
}
