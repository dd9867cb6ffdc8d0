import { bodyLimit } from 'hono/body-limit'
import type { Hono } from 'hono'
import type { ApiDeps } from './deps.ts'
import { dispatch, MAX_BODY_BYTES, refusal } from './dispatch.ts'
import { ApiError } from './errors.ts'
import { API_HEADERS } from './headers.ts'
import { openApi } from './openapi.ts'
import { mountPage } from './page.ts'
import { routesOf } from './routes/index.ts'

/** Mounts the API under /api and, when `pageFolder` is given, the built page under /admin. */
export function mountApi(app: Hono, deps: ApiDeps, pageFolder: string | null): void {
  const routes = routesOf(deps)
  const document = JSON.stringify(openApi(routes, deps.version))
  app.use('/api/*', async (context, next) => {
    for (const [name, value] of Object.entries(API_HEADERS)) context.header(name, value)
    await next()
  })
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) =>
        refusal(deps, context, new ApiError(413, 'TOO_LARGE', `At most ${MAX_BODY_BYTES} bytes may be sent`)),
    }),
  )
  app.get('/api/openapi.json', (context) => {
    context.header('content-type', 'application/json; charset=utf-8')
    return context.body(document)
  })
  for (const route of routes)
    app.on(route.method, `/api${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`, (context) =>
      dispatch(deps, route, context),
    )
  app.all('/api/*', (context) =>
    refusal(deps, context, new ApiError(404, 'NOT_FOUND', 'The API has no such address')),
  )
  if (pageFolder !== null) mountPage(app, deps, pageFolder)
}
