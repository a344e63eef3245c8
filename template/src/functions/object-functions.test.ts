import { describe, expect, test } from 'vitest'
import { compileOk, expectTemplate } from '../test/expect-template.ts'

describe('inAudience', () => {
  const profile = {
    segmentMembership: {
      ups: {
        here: { status: 'existing' },
        fresh: { status: 'realized' },
        gone: { status: 'exited' },
        odd: 'existing',
      },
    },
  }

  test.each([
    ['here', 'true'],
    ['fresh', 'true'],
    ['gone', 'false'],
    ['odd', 'false'],
    ['unknown', 'false'],
    ['__proto__', 'false'],
    ['constructor', 'false'],
  ])('of %s is %s', (id, prints) => {
    expectTemplate(`{%= inAudience("${id}") %}{{inAudience(context.id)}}`)
      .with({ profile, context: { id } })
      .toRender(prints + prints)
  })

  test('without a profile nobody is in an audience', () => {
    expectTemplate('{%= inAudience("here") %}').with({ context: {} }).toRender('false')
  })

  test('it reads the profile itself, whatever the arguments are', () => {
    expectTemplate('{%= inAudience("here", context) %}').toFail('arguments_wrong')
    expectTemplate('{%= inAudience("here") %}').with({ context: profile }).toRender('false')
  })
})

describe('ampCompare', () => {
  test.each([
    [1, 2, 1, 'false'],
    [1, 1, 1, 'true'],
    [1, 2, 2, 'true'],
    [1, 2, 3, 'true'],
    [2, 1, 4, 'true'],
    [2, 2, 5, 'true'],
    [2, 3, 6, 'false'],
    ['b', 'a', 4, 'true'],
    [1, 1, 0, ''],
    [1, 1, 7, ''],
    [1, 1, '1', ''],
  ])('%s, %s by operator %s is %s', (...row) => {
    const [a, b, o, prints] = row
    expectTemplate('{%= ampCompare(context.a, context.b, context.o) %}').context({ a, b, o }).toRender(prints)
  })
})

test('random gives what the environment gives, and nothing without it', () => {
  const numbers = [0.25, 0.75]
  const random = () => numbers.shift() ?? 0
  expect(compileOk('{%= random() %} {%= random() %}').render({}, { random })).toBe('0.25 0.75')
  expect(compileOk('[{%= random() %}]').render({})).toBe('[]')
})
