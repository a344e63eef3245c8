/**
 * `npm run bench`: every figure of the design, one line each, beside its bare limit measured in the same run, with
 * Postgres, load and sinks on the same cores. Method: bench/README.md. `--seconds N` (8) and `--runs N` (3) set the
 * length of the short measurements, `--steady N` (300) that of the long ones, `--marketing N` (1,000,000) the size of a
 * run, `--people N` (1,000,000) that of an import, `--rows N` (5,000,000) that of a lookup table; `--only a,b` chooses
 * parts.
 */
import { parseArgs } from 'node:util'
import { measureAccepting } from './accepting.ts'
import { measureAudience } from './audience.ts'
import { measureDelivering } from './delivering.ts'
import { measureLanes } from './lanes.ts'
import { measureLookup } from './lookup.ts'
import { measureMemory } from './memory.ts'
import { measurePeople } from './people.ts'
import { measureRedirects } from './redirects.ts'
import { measureRendering } from './rendering.ts'
import { perSecond, print, report, type Setting } from './setting.ts'
import { measureSigning } from './signing.ts'
import { measureSteady } from './steady.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    steady: { type: 'string', default: '300' },
    runs: { type: 'string', default: '3' },
    marketing: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '5000000' },
    only: { type: 'string' },
  },
})
const setting: Setting = {
  seconds: Math.max(1, Number(values.seconds)),
  steadySeconds: Math.max(5, Number(values.steady)),
  runs: Math.max(1, Number(values.runs)),
  marketing: Math.max(1_000, Number(values.marketing)),
  people: Math.max(1_000, Number(values.people)),
  rows: Math.max(5_000, Number(values.rows)),
}

const rendering = async ({ runs, seconds }: Setting): Promise<void> => {
  const figures = measureRendering({ runs: Math.max(3, runs), ms: Math.min(seconds * 1_000, 2_000) })
  const { ours, handlebars, liquid, firstCompileMs, compileMs } = figures
  report({ name: 'render of the 20 KB mail, one thread', value: perSecond(ours) })
  report({
    name: `  against handlebars (${perSecond(handlebars)})`,
    value: (ours / handlebars).toFixed(2),
    target: '>= 1.0',
    met: ours >= handlebars,
  })
  report({
    name: `  against liquidjs (${perSecond(liquid)})`,
    value: (ours / liquid).toFixed(2),
    target: '>= 10',
    met: ours >= 10 * liquid,
  })
  report({
    name: 'check and compile of that mail, first / later',
    value: `${firstCompileMs.toFixed(1)} / ${compileMs.toFixed(1)} ms`,
    target: '<= 20 ms',
    met: firstCompileMs <= 20 && compileMs <= 20,
  })
}

const PARTS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  accept: measureAccepting,
  deliver: measureDelivering,
  dkim: measureSigning,
  steady: measureSteady,
  lanes: measureLanes,
  memory: measureMemory,
  profiles: measurePeople,
  audience: measureAudience,
  lookup: measureLookup,
  redirects: measureRedirects,
  render: rendering,
}
const wanted = values.only?.split(',')
const unknown = wanted?.filter(name => !Object.hasOwn(PARTS, name)) ?? []
if (unknown.length > 0) throw new Error(`--only takes some of ${Object.keys(PARTS).join(', ')}`)

print(
  `Carillon bench: medians of ${setting.runs} runs of ${setting.seconds} s [each run]; Node ${process.version}; everything on this machine.\n`,
)
for (const [name, measure] of Object.entries(PARTS))
  if (wanted === undefined || wanted.includes(name)) await measure(setting)
