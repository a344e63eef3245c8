/** The generated parts of `docs/template-language.md`, made from the code's own tables. Knows no files. */
import { DIAGNOSTICS } from '../diagnostic-catalogue.ts'
import { FUNCTION_GROUPS, type FunctionSpec, signatureOf } from '../functions/function-spec.ts'
import { FUNCTIONS } from '../functions/function-table.ts'
import { DEFAULT_LIMITS, type Limits, RENDER_ERROR_CODES, RENDER_ERROR_MESSAGES } from '../limits.ts'
import { CONSTRUCT_GROUPS, CONSTRUCTS, type Construct } from './constructs.ts'

// In a table a bar would end the cell and a line break the row; a code span keeps what is in it but for backticks.
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => {
  const shown = text.replaceAll('\n', '⏎')
  return shown.includes('`') ? `\`\` ${cell(shown)} \`\`` : `\`${cell(shown)}\``
}

const title = (group: string): string => `${group.charAt(0).toUpperCase()}${group.slice(1)}`

const fragmentsOf = ({ fragments = {} }: Construct): string =>
  Object.entries(fragments)
    .map(([id, source]) => ` with ${code(id)} being ${code(source)}`)
    .join(',')

const constructRow = (construct: Construct): string =>
  `| ${code(construct.syntax)} | ${cell(construct.summary)} | ${code(construct.example)}${fragmentsOf(construct)} | ${code(construct.prints)} |`

const constructs = (): string =>
  CONSTRUCT_GROUPS.map(group => {
    const rows = CONSTRUCTS.filter(construct => construct.group === group).map(constructRow)
    return [
      `### ${title(group)}`,
      '',
      '| written | means | example | prints |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n')
  }).join('\n\n')

const functionRow = (name: string, spec: FunctionSpec): string => {
  const examples = spec.examples.map(([expression, prints]) => `${code(expression)} → ${code(prints)}`)
  return `| ${code(`${name}${signatureOf(spec)}`)} | ${cell(spec.summary)} | ${examples.join('<br>')} |`
}

const functions = (): string =>
  FUNCTION_GROUPS.flatMap(group => {
    const named = [...FUNCTIONS].filter(([, spec]) => spec.group === group)
    if (named.length === 0) return []
    const rows = named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, spec]) => functionRow(name, spec))
    return [
      [`### ${title(group)}`, '', '| function | gives | examples |', '| --- | --- | --- |', ...rows].join(
        '\n',
      ),
    ]
  }).join('\n\n')

const LIMIT_MEANINGS: Record<keyof Limits, string> = {
  maxSourceLength: 'characters of a source',
  maxNesting: 'blocks within blocks, and parentheses within one expression',
  maxOutputLength: 'characters of one output',
  maxLoopSteps: 'rounds of all loops of one render together',
  maxFragmentDepth: 'fragments within fragments',
  maxFragments: 'different fragments of one template',
  maxRenderMs: 'milliseconds of one render',
}

const limits = (): string =>
  [
    '| limit | at most |',
    '| --- | --- |',
    ...Object.entries(DEFAULT_LIMITS).map(
      ([name, most]) => `| ${LIMIT_MEANINGS[name as keyof Limits]} | ${Number(most).toLocaleString('en')} |`,
    ),
  ].join('\n')

const diagnostics = (): string =>
  [
    '| code | means | what to do |',
    '| --- | --- | --- |',
    ...Object.entries(DIAGNOSTICS).map(
      ([name, { meaning, remedy }]) => `| ${code(name)} | ${cell(meaning)} | ${cell(remedy)} |`,
    ),
  ].join('\n')

const renderErrors = (): string =>
  [
    '| code | means |',
    '| --- | --- |',
    ...RENDER_ERROR_CODES.map(name => `| ${code(name)} | ${cell(RENDER_ERROR_MESSAGES[name])} |`),
  ].join('\n')

/** The generated parts by name; each stands between `<!-- generated: NAME -->` and `<!-- end -->`. */
export const GENERATED_PARTS: Readonly<Record<string, () => string>> = {
  constructs,
  functions,
  limits,
  diagnostics,
  'render errors': renderErrors,
}

const PART = /<!-- generated: ([a-z ]+) -->\n[\s\S]*?<!-- end -->/g

/** The document with its generated parts made anew; a part that does not exist is left as it is. */
export const withGeneratedParts = (document: string): string =>
  document.replace(PART, (whole, name: string) => {
    const make = GENERATED_PARTS[name]
    return make === undefined ? whole : `<!-- generated: ${name} -->\n\n${make()}\n\n<!-- end -->`
  })
