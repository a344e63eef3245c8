/** The documentation says what the code does: every example of a construct renders to what it claims. */
import { describe, expect, test } from 'vitest'
import { EXAMPLE_DATA, EXAMPLE_NOW_MS } from '../functions/example-data.ts'
import type { Outside } from '../outside.ts'
import { compileOk, fragmentOf } from '../test/expect-template.ts'
import { CONSTRUCTS } from './constructs.ts'

const outsideOf = (fragments: Readonly<Record<string, string>>): Outside => ({
  fragment: id => (Object.hasOwn(fragments, id) ? fragmentOf(id, fragments[id] ?? '') : null),
  lookup: (_dataset, key) => (key === '7' ? { city: 'Utrecht' } : null),
  encrypt: (text, { name }) => ({ kind: 'encrypted', text: `${name}.1.n.t.${text}` }),
  metadata: () => undefined,
  link: url => url,
})

describe('a construct prints what the documentation says', () => {
  test.each(CONSTRUCTS.map(construct => [construct.syntax, construct] as const))(
    '%s',
    (_syntax, construct) => {
      const { example, prints, target = 'html', fragments = {} } = construct
      const template = compileOk(example, { target, fragments })
      const environment = { nowMs: EXAMPLE_NOW_MS, timeZone: 'UTC', outside: outsideOf(fragments) }
      expect(template.render(EXAMPLE_DATA, environment)).toBe(prints)
    },
  )
})
