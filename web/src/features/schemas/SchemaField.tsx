/** A JSON Schema as text, with its mistakes beside it. */
import { Stack } from '@mantine/core'
import type { Json } from '../../api.ts'
import { JsonField } from '../../ui/JsonField.tsx'
import { schemaMistakes } from './schema-tools.ts'

/** The field. Half-typed JSON is reported by `onValid`; a schema with mistakes is given on, for the page to decide. */
export const SchemaField = (props: {
  label: string
  value: Json
  readOnly: boolean
  onChange: (value: Json) => void
  onValid: (valid: boolean) => void
}) => {
  const mistakes = schemaMistakes(props.value)
  return (
    <Stack gap={4}>
      <JsonField {...props} />
      {mistakes.length > 0 && (
        <ul className="plain-list" role="alert">
          {mistakes.map(({ pointer, message }) => (
            <li key={pointer + message}>
              <code>{pointer === '' ? '/' : pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </Stack>
  )
}
