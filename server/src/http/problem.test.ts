import { expect, it } from 'vitest'
import { toFault } from './problem.ts'

const codeOf = (error: Error): string => toFault(error).code
const withCode = (code: string): Error => Object.assign(new Error('x'), { code })

it('a database that is away, in whatever way, is told as such, and the call may be repeated', () => {
  for (const code of [
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOENT',
    'EPIPE',
    '57P01',
    '57P03',
    '08006',
    '53300',
    '53100',
  ])
    expect(codeOf(withCode(code)), code).toBe('unavailable')
  for (const words of [
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])
    expect(codeOf(new Error(words)), words).toBe('unavailable')
  expect(toFault(withCode('57P01')).details.retryAfterSeconds).toBe(1)
  expect(codeOf(new Error('a mistake of ours'))).toBe('internal')
})
