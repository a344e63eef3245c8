/** `carillon check`: the mistakes of template files, as an editor or a CI job wants them. Needs no server. */
import { checkTemplate } from '@carillon/template'
import { type Command, EXIT, type Invocation, JSON_OPTION, type Option, print } from './command.ts'
import {
  findingLines,
  readFragments,
  readSchema,
  readText,
  TEMPLATE_OPTIONS,
  targetOf,
} from './template-files.ts'

const OPTIONS = {
  'profile-schema': { value: 'JSON|FILE', meaning: 'JSON Schema of profile' },
  'context-schema': { value: 'JSON|FILE', meaning: 'JSON Schema of context' },
  'high-throughput': { meaning: 'refuse profile attributes, as high-throughput campaigns do' },
  fragment: { meaning: 'the files are fragments: unknown names are variables of the message' },
  strict: { meaning: 'warnings count as errors' },
  ...TEMPLATE_OPTIONS,
  ...JSON_OPTION,
} as const satisfies Record<string, Option>

/** Checks files. */
export const checkCommand: Command = {
  name: 'check',
  summary: 'check template files; ends with 1 when one has errors',
  details: 'Example: carillon check mails/*.html --context-schema order.schema.json --fragments fragments',
  positionals: ['FILE …'],
  options: OPTIONS,
  run: async invocation => {
    const found = invocation.positionals.map(file => ({ file, findings: checkFile(invocation, file) }))
    print(
      invocation,
      found,
      found.flatMap(({ file, findings }) => findings.flatMap(one => findingLines(file, one))),
    )
    const all = found.flatMap(({ findings }) => findings)
    const errors = all.filter(one => one.severity === 'error').length
    const warnings = all.length - errors
    if (!invocation.values.has('json'))
      invocation.io.err(`${found.length} checked, ${errors} errors, ${warnings} warnings`)
    return errors > 0 || (invocation.values.has('strict') && warnings > 0) ? EXIT.failed : EXIT.ok
  },
}

const checkFile = (invocation: Invocation, file: string): ReturnType<typeof checkTemplate> => {
  const profile = readSchema(invocation, 'profile-schema')
  const context = readSchema(invocation, 'context-schema')
  return checkTemplate(readText(invocation, file), {
    target: targetOf(invocation, file),
    schemas: { ...(profile === undefined ? {} : { profile }), ...(context === undefined ? {} : { context }) },
    fragments: readFragments(invocation),
    forbidProfile: invocation.values.has('high-throughput'),
    isFragment: invocation.values.has('fragment'),
  })
}
