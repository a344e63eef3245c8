/** The columns of a CSV file: what each becomes, with values of the first rows beside it and its problem below. */
import { COLUMN_KINDS, COLUMN_TYPES, type ColumnMapping, type ImportSample } from '@carillon/contract'
import { Autocomplete, Select, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useT } from '../../i18n/language.tsx'
import { type ColumnProblem, hasTarget, targetFor } from './mapping.ts'
import type { ColumnType } from './schema-paths.ts'

const SHOWN_CELLS = 3
const SHOWN_PATHS = 100

/** What a column can become. */
interface Targets {
  readonly types: ReadonlyMap<string, ColumnType>
  readonly namespaces: readonly string[]
}

interface FieldProps {
  readonly one: ColumnMapping
  readonly label: string
  readonly onChange: (patch: Partial<ColumnMapping>) => void
}

const Target = ({ one, label, onChange, targets }: FieldProps & { targets: Targets }) => {
  const t = useT()
  if (!hasTarget(one.kind)) return <span />
  const isIdentity = one.kind === 'identity'
  return (
    <Autocomplete
      size="xs"
      aria-label={t(isIdentity ? 'import.namespaceOf' : 'import.pathOf', { column: label })}
      placeholder={isIdentity ? 'email' : 'person.name.firstName'}
      data={isIdentity ? [...targets.namespaces] : [...targets.types.keys()]}
      limit={SHOWN_PATHS}
      maxLength={isIdentity ? 100 : 500}
      value={one.to}
      onChange={to => onChange({ to })}
    />
  )
}

const TypeField = ({ one, label, onChange }: FieldProps) => {
  const t = useT()
  if (one.kind !== 'attribute') return <span />
  return (
    <Select
      size="xs"
      aria-label={t('import.typeOf', { column: label })}
      allowDeselect={false}
      data={COLUMN_TYPES.map(value => ({ value, label: t(`import.type.${value}`) }))}
      value={one.type}
      onChange={type => type !== null && onChange({ type })}
    />
  )
}

const Problem = ({ problem }: { problem: ColumnProblem }) => {
  const t = useT()
  return (
    <div className="column-problem" role="alert">
      <IconAlertTriangle size={14} />
      {problem.rows === null
        ? problem.message
        : t('import.rowsRefused', { count: problem.rows, reason: problem.message })}
    </div>
  )
}

const Cells = ({ cells }: { cells: readonly string[] }) => (
  <div className="column-cells">
    {cells.slice(0, SHOWN_CELLS).map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file are told apart by their place alone
      <span key={index} className="mono">
        {cell}
      </span>
    ))}
  </div>
)

/** One column. */
const Column = (props: {
  one: ColumnMapping
  at: number
  guess: ColumnMapping | undefined
  cells: readonly string[]
  targets: Targets
  problem: ColumnProblem | undefined
  onChange: (patch: Partial<ColumnMapping>) => void
}) => {
  const t = useT()
  const { one, problem, onChange } = props
  const label = one.column === '' ? t('import.unnamed', { n: props.at + 1 }) : one.column
  return (
    <li className="column" data-ignored={one.kind === 'ignore'}>
      <div className="column-name">
        <Text size="sm" fw={560} className="break">
          {label}
        </Text>
        <Cells cells={props.cells} />
      </div>
      <Select
        size="xs"
        aria-label={t('import.kindOf', { column: label })}
        allowDeselect={false}
        data={COLUMN_KINDS.map(value => ({ value, label: t(`import.kind.${value}`) }))}
        value={one.kind}
        onChange={kind => kind !== null && onChange({ kind, to: targetFor(kind, props.guess) })}
      />
      <Target one={one} label={label} onChange={onChange} targets={props.targets} />
      <TypeField one={one} label={label} onChange={onChange} />
      {problem !== undefined && <Problem problem={problem} />}
    </li>
  )
}

/** All columns, in the order of the header. */
export const ColumnFields = (props: {
  columns: readonly ColumnMapping[]
  guess: readonly ColumnMapping[]
  sample: ImportSample | undefined
  targets: Targets
  problems: ReadonlyMap<number, ColumnProblem>
  onChange: (at: number, patch: Partial<ColumnMapping>) => void
}) => (
  <ol className="columns">
    {props.columns.map((one, at) => (
      <Column
        // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name; their places never change
        key={at}
        one={one}
        at={at}
        guess={props.guess[at]}
        cells={props.sample?.rows.map(row => row.cells[at] ?? '') ?? []}
        targets={props.targets}
        problem={props.problems.get(at)}
        onChange={patch => props.onChange(at, patch)}
      />
    ))}
  </ol>
)
