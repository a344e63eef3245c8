/** What the function reference prints is true: each example of each function renders to what it says. */
import { describe, expect, test } from 'vitest'
import { expectTemplate } from '../test/expect-template.ts'
import { EXAMPLE_DATA, EXAMPLE_NOW_MS } from './example-data.ts'
import { FUNCTIONS } from './function-table.ts'

const environment = { nowMs: EXAMPLE_NOW_MS, timeZone: 'UTC', random: () => 0.25 }

const EXAMPLES = [...FUNCTIONS.values()].flatMap(spec => spec.examples)

describe('the examples', () => {
  test.each(EXAMPLES)('%s prints "%s"', (expression, prints) => {
    expectTemplate(`{%= ${expression} %}`)
      .with(EXAMPLE_DATA)
      .as('text')
      .within({}, environment)
      .toRender(prints)
  })
})

test.each([...FUNCTIONS.keys()])('%s is explained, and shown by an example of its own', name => {
  const spec = FUNCTIONS.get(name)
  expect(spec?.summary).toMatch(/^[A-Z].*\.$/)
  expect(spec?.examples.some(([expression]) => expression.includes(`${name}(`))).toBe(true)
})
