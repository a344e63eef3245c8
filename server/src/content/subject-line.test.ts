import { expect, it } from 'vitest'
import { compileEmailContent } from './email-content.ts'
import { NO_FRAGMENTS } from './fragment-library.ts'

const subjectOf = (subject: string, value: string): string => {
  const compiled = compileEmailContent({ subject, html: '<p>x</p>', text: null }, { fragments: NO_FRAGMENTS })
  if (!compiled.ok) throw new TypeError('the content has errors')
  const data = { profile: {}, context: { value } }
  const moment = { nowMs: 0, monotonicMs: () => 0, random: () => 0, outside: {} }
  return compiled.content.render(data, moment).subject
}

it('a subject is one line: a break, with the blanks around it, is one blank', () => {
  expect(subjectOf('Order {{context.value}} shipped', '1 \r\n\r\n Bcc: x@example.test\n')).toBe(
    'Order 1 Bcc: x@example.test shipped',
  )
  expect(subjectOf('{{context.value}}', '\n a  b \n')).toBe('a  b')
})

it('a subject full of blanks costs what its length says, not the square of it', () => {
  const cost = (length: number): number => {
    const started = performance.now()
    subjectOf('a{{context.value}}b', ' '.repeat(length))
    return performance.now() - started
  }
  cost(1_000)
  // Quadratic, the longer one took 12 seconds; a lease of a worker ends after 15.
  expect(cost(190_000)).toBeLessThan(2_000)
})
