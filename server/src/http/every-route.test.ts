/** What every route of the API owes to whoever calls it wrongly. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createValidatorCompiler } from './validation.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: object }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> }
}

const operationsOf = async (): Promise<Map<string, Operation>> => {
  const { body } = await api.call('GET /api/openapi.json')
  const paths = Object.entries(body.paths as Record<string, Record<string, Operation>>)
  return new Map(
    paths.flatMap(([path, item]) =>
      Object.entries(item).map(([method, one]) => [`${method.toUpperCase()} ${path}`, one] as const),
    ),
  )
}

const partsOf = ({ parameters = [], requestBody }: Operation) => [
  ...['path', 'query'].map(place => {
    const named = parameters.filter(one => one.in === place)
    const properties = Object.fromEntries(named.map(one => [one.name, one.schema]))
    return { httpPart: place === 'path' ? 'params' : 'querystring', schema: { type: 'object', properties } }
  }),
  ...Object.values(requestBody?.content ?? {}).map(({ schema = {} }) => ({ httpPart: 'body', schema })),
]

// An id that is nobody's, a body without a member, a query that nobody knows.
const filled = (route: string, value: string): string => route.replace(/\{[^}]+\}/g, value)

it('answers an empty body, an unknown query and a hostile id, and never with a failure of its own', async () => {
  const routes = [...(await operationsOf()).keys()]
  expect(routes.length).toBeGreaterThan(200)
  const failed: string[] = []
  const unknown = new Set<string>()
  for (const route of routes)
    for (const value of ['0192f0c8-0000-7000-8000-000000000000', "x'%00%22;--"]) {
      const body = route.startsWith('GET') || route.startsWith('HEAD') ? undefined : {}
      const answer = await api.call(`${filled(route, value)}?limit=x&cursor=!`, {
        headers: api.ajoHeaders(),
        ...(body === undefined ? {} : { body }),
      })
      if (answer.status === 401) unknown.add(route)
      if (answer.status >= 500)
        failed.push(`${route} ${value}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
  expect(failed).toEqual([])
  // What is behind a log-in by the studio alone; everything else was really asked.
  expect([...unknown]).toEqual(['GET /api/v1/session', 'DELETE /api/v1/session'])
})

it('has schemas that compile, which nobody asks for at the start', async () => {
  const compile = createValidatorCompiler()
  for (const [route, operation] of await operationsOf())
    for (const { httpPart, schema } of partsOf(operation)) {
      const check = compile({ schema, httpPart, method: '', url: '' }) as (data: unknown) => unknown
      expect(() => check({}), `${route}, ${httpPart}`).not.toThrow()
    }
  const broken = compile({ schema: { type: 'nothing' }, httpPart: 'body', method: '', url: '' })
  expect(() => (broken as (data: unknown) => unknown)({})).toThrow()
})
