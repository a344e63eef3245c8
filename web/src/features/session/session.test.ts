/** Log-in: where one goes afterwards, which sandbox is chosen, what one is told to do. */
import { describe, expect, it } from 'vitest'
import { adviceOf } from '../../ui/problem.ts'
import { backPath } from './back-path.ts'
import { createSandboxChoice } from './sandbox.ts'

describe('the way back after a log-in', () => {
  it('leads to the page that was asked for', () => {
    expect(backPath('/executions/UMA-1?state=failed')).toBe('/executions/UMA-1?state=failed')
  })

  it('never leads to another site', () => {
    for (const back of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/login?x',
      '',
    ]) {
      expect(backPath(back)).toBe('/campaigns')
    }
  })
})

describe('the sandbox', () => {
  it('is remembered for the next visit, and dev on the first', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    const choice = createSandboxChoice(storage)
    expect(choice.get()).toBe('dev')
    choice.set('prod')
    expect(createSandboxChoice(storage).get()).toBe('prod')
  })

  it('does not move an open page when another one switches', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    const [one, other] = [createSandboxChoice(storage), createSandboxChoice(storage)]
    other.set('prod')
    expect(one.get()).toBe('dev')
  })

  it('tells who follows it, and nobody who no longer does', () => {
    const choice = createSandboxChoice({ getItem: () => null, setItem: () => undefined })
    const seen: string[] = []
    const leave = choice.subscribe(() => seen.push(choice.get()))
    choice.set('prod')
    leave()
    choice.set('dev')
    expect(seen).toEqual(['prod'])
  })

  it('works with a storage that refuses', () => {
    const refuse = () => {
      throw new DOMException('denied')
    }
    const choice = createSandboxChoice({ getItem: refuse, setItem: refuse })
    choice.set('prod')
    expect(choice.get()).toBe('prod')
  })
})

describe('the advice', () => {
  it('names what to do for the code, else for the status, else for a failing server', () => {
    const problem = { title: '', detail: '', instance: '', errors: [] }
    expect(adviceOf({ ...problem, code: 'link_invalid', status: 401 })).toBe('problem.do.link')
    expect(adviceOf({ ...problem, code: 'not_found', status: 404 })).toBe('problem.do.notFound')
    expect(adviceOf({ ...problem, code: 'unavailable', status: 503 })).toBe('problem.do.server')
  })
})
