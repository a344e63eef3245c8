import { expect, it } from 'vitest'
import type { Json } from '../../api.ts'
import { mergePatch } from './merge-patch.ts'

interface Case {
  readonly title: string
  readonly before: Json
  readonly after: Json
  readonly patch: Json
}
const nested = (f: string, l?: string): Json => ({ p: { n: { f, ...(l === undefined ? {} : { l }) } } })

it.each<Case>([
  { title: 'nothing', before: { a: 1, b: { c: [1] } }, after: { a: 1, b: { c: [1] } }, patch: {} },
  { title: 'a value', before: { a: 1 }, after: { a: 2 }, patch: { a: 2 } },
  { title: 'something new', before: {}, after: { a: { b: 1 } }, patch: { a: { b: 1 } } },
  { title: 'something gone', before: { a: 1, b: 2 }, after: { b: 2 }, patch: { a: null } },
  {
    title: 'something gone further inside',
    before: nested('A', 'O'),
    after: nested('A'),
    patch: { p: { n: { l: null } } },
  },
  { title: 'a list', before: { a: [1, 2] }, after: { a: [1] }, patch: { a: [1] } },
  { title: 'an object for a text', before: { a: 'x' }, after: { a: { b: 1 } }, patch: { a: { b: 1 } } },
])('changes $title', ({ before, after, patch }) => {
  expect(mergePatch(before, after)).toEqual(patch)
})
