/** What every route of the API owes to whoever calls it wrongly. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

const routesOf = async (): Promise<string[]> => {
  const { body } = await api.call('GET /api/openapi.json')
  return Object.entries(body.paths as Record<string, object>).flatMap(([path, item]) =>
    Object.keys(item).map(method => `${method.toUpperCase()} ${path}`),
  )
}

// An id that is nobody's, a body without a member, a query that nobody knows.
const filled = (route: string, value: string): string => route.replace(/\{[^}]+\}/g, value)

it('answers an empty body, an unknown query and a hostile id, and never with a failure of its own', async () => {
  const routes = await routesOf()
  expect(routes.length).toBeGreaterThan(200)
  const failed: string[] = []
  for (const route of routes)
    for (const value of ['0192f0c8-0000-7000-8000-000000000000', "x'%00%22;--"]) {
      const body = route.startsWith('GET') || route.startsWith('HEAD') ? undefined : {}
      const answer = await api.call(`${filled(route, value)}?limit=x&cursor=!`, {
        headers: api.ajoHeaders(),
        ...(body === undefined ? {} : { body }),
      })
      if (answer.status >= 500)
        failed.push(`${route} ${value}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
  expect(failed).toEqual([])
})
