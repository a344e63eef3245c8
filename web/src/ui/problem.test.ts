/** What the studio tells a person to do about a problem. */
import { expect, it } from 'vitest'
import { ApiProblem } from '../api.ts'
import { adviceOf, problemFrom } from './problem.ts'

const problem = (status: number, code: string) =>
  new ApiProblem({ code, status, title: 'No', detail: '', instance: '', errors: [] })

it('advises by the code, else by the status, else about the server', () => {
  expect(adviceOf(problemFrom(problem(401, 'credentials_wrong')))).toBe('problem.do.credentials')
  expect(adviceOf(problemFrom(problem(400, 'other')))).toBe('problem.do.input')
  expect(adviceOf(problemFrom(problem(503, 'other')))).toBe('problem.do.server')
})

it('adds nothing to what the studio itself found wrong: no server was asked', () => {
  const own = problemFrom(new Error('This file is empty'))
  expect(own.title).toBe('This file is empty')
  expect(adviceOf(own)).toBeNull()
})
