/**
 * The language beside handlebars and liquidjs: renders per second of the benchmark mail, in one process and in turn,
 * so that all three meet the same moments of the machine; and what checking and compiling it costs.
 */
import { compileTemplate } from '@carillon/template'
import Handlebars from 'handlebars'
import { Liquid } from 'liquidjs'
import { benchHtml } from './mail.ts'

/** Medians over the runs. */
export interface RenderFigures {
  readonly ours: number
  readonly handlebars: number
  readonly liquid: number
  /** Parse, check and compile, in milliseconds: the first of a fresh process, and the median of the later ones. */
  readonly firstCompileMs: number
  readonly compileMs: number
}

const median = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0

const toLiquid = (source: string): string =>
  source
    .replaceAll('{{#if context.fill}}', '{% if context.fill %}')
    .replaceAll('{{else}}', '{% else %}')
    .replaceAll('{{/if}}', '{% endif %}')
    .replaceAll('{{context.name}}', '{{ context.name | escape }}')

// Every render gets a name of its own, which must be escaped, so that nothing can be kept from the last one.
const contexts = Array.from({ length: 64 }, (_, n) => ({
  context: { name: `Ada & ${n}`, fill: n % 2 === 0, sentAt: '0' },
}))

type Render = (data: (typeof contexts)[number]) => string

const perSecond = (render: Render, ms: number): number => {
  let renders = 0
  let codes = 0
  const started = performance.now()
  for (let now = started; now - started < ms; now = performance.now()) {
    // Reading a character makes the engine join the pieces of a text, which it else puts off.
    for (const data of contexts) codes += render(data).charCodeAt(9_000)
    renders += contexts.length
  }
  if (!(codes > 0)) throw new Error('a render was shorter than the mail')
  return (renders * 1_000) / (performance.now() - started)
}

const compileOnce = (): number => {
  const started = performance.now()
  const compiled = compileTemplate(benchHtml, { target: 'html' })
  if (!compiled.ok) throw new Error('the benchmark mail does not compile')
  return performance.now() - started
}

/** Measures; `ms` is the length of one run of one engine. */
export const measureRendering = (options: { readonly runs: number; readonly ms: number }): RenderFigures => {
  const firstCompileMs = compileOnce()
  const compiled = compileTemplate(benchHtml, { target: 'html' })
  if (!compiled.ok) throw new Error('the benchmark mail does not compile')
  const handlebars = Handlebars.compile(benchHtml)
  const liquid = new Liquid()
  const parsed = liquid.parse(toLiquid(benchHtml))
  const engines = [
    data => compiled.template.render(data),
    data => handlebars(data),
    data => liquid.renderSync(parsed, data),
  ] satisfies Render[]
  const [first] = contexts
  if (first === undefined) throw new Error('there is nothing to render')
  const lengths = engines.map(render => render(first).length)
  if (new Set(lengths.slice(0, 2)).size !== 1) throw new Error('the engines print different mails')
  for (const render of engines) perSecond(render, options.ms / 4)
  const figures: number[][] = [[], [], []]
  for (let run = 0; run < options.runs; run++)
    for (const [index, render] of engines.entries()) figures[index]?.push(perSecond(render, options.ms))
  const [ours, theirs, others] = figures.map(median)
  return {
    ours: ours ?? 0,
    handlebars: theirs ?? 0,
    liquid: others ?? 0,
    firstCompileMs,
    compileMs: median(Array.from({ length: 20 }, compileOnce)),
  }
}
