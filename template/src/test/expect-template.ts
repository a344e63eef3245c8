/** The way language tests are written: `expectTemplate(source).with(data).toRender(text)`. */
import { expect } from 'vitest'
import type { Diagnostic } from '../diagnostics.ts'
import type { Target } from '../escape.ts'
import type { Limits } from '../limits.ts'
import { RenderError, type RenderErrorCode } from '../limits.ts'
import type { FragmentLibrary, FragmentSource } from '../outside.ts'
import type { RenderEnvironment } from '../run.ts'
import { type CompiledTemplate, compileTemplate, type RenderData } from '../template.ts'

interface Expectation {
  with(data: RenderData): Expectation
  context(context: unknown): Expectation
  as(target: Target): Expectation
  /** Fragments by id, loaded before compiling. */
  using(fragments: Readonly<Record<string, string>>): Expectation
  within(limits: Partial<Limits>, environment?: RenderEnvironment): Expectation
  toRender(text: string): void
  toStopWith(code: RenderErrorCode): RenderError
  toFail(...codes: readonly string[]): readonly Diagnostic[]
}

interface Setup {
  readonly fragments: Readonly<Record<string, string>>
  readonly data: RenderData
  readonly target: Target
  readonly limits: Partial<Limits>
  readonly environment: RenderEnvironment
}

/** A library of fragments whose version is their source. */
export const libraryOf = (sources: Readonly<Record<string, string>>): FragmentLibrary => ({
  get: id => (Object.hasOwn(sources, id) ? fragmentOf(id, sources[id] ?? '') : undefined),
})

/** One fragment. */
export const fragmentOf = (id: string, source: string): FragmentSource => ({ id, version: source, source })

/** Compiles or fails the test with the diagnostics. */
export const compileOk = (source: string, setup: Partial<Setup> = {}): CompiledTemplate => {
  const result = compileTemplate(source, {
    target: setup.target ?? 'html',
    limits: setup.limits ?? {},
    ...(setup.fragments === undefined ? {} : { fragments: libraryOf(setup.fragments) }),
  })
  if (!result.ok)
    throw new Error(result.diagnostics.map(found => `${found.code}: ${found.message}`).join('\n'))
  return result.template
}

const START: Setup = { fragments: {}, data: {}, target: 'html', limits: {}, environment: {} }

/** Starts an expectation; nothing is done before one of the `to…` calls. */
export const expectTemplate = (source: string, setup: Setup = START): Expectation => ({
  with: data => expectTemplate(source, { ...setup, data }),
  context: context => expectTemplate(source, { ...setup, data: { context } }),
  as: target => expectTemplate(source, { ...setup, target }),
  using: fragments => expectTemplate(source, { ...setup, fragments }),
  within: (limits, environment = {}) => expectTemplate(source, { ...setup, limits, environment }),
  toRender: text => expect(compileOk(source, setup).render(setup.data, setup.environment), source).toBe(text),
  toStopWith: code => {
    const template = compileOk(source, setup)
    let thrown: unknown
    try {
      template.render(setup.data, setup.environment)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(RenderError)
    expect(thrown).toMatchObject({ code })
    return thrown as RenderError
  },
  toFail: (...codes) => {
    const result = compileTemplate(source, { target: setup.target, limits: setup.limits })
    expect(result.ok, source).toBe(false)
    expect(result.diagnostics.map(found => found.code)).toEqual(codes)
    return result.diagnostics
  },
})
