/** The schema of what a call gives as context: folded away, because a campaign works without it. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconWand } from '@tabler/icons-react'
import { useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { SchemaField } from './SchemaField.tsx'
import { contextSchemaOf } from './schema-tools.ts'

/** The part of the content step; null is no schema. */
export const ContextSchema = (props: {
  schema: Json | null
  texts: readonly string[]
  readOnly: boolean
  onChange: (schema: Json | null) => void
  onValid: (valid: boolean) => void
}) => {
  const t = useT()
  const { schema, readOnly, onChange, onValid } = props
  // The field owns its text: after a button has replaced the schema it starts over.
  const [starts, setStarts] = useState(0)
  const replace = (next: Json | null) => {
    onValid(true)
    onChange(next)
    setStarts(before => before + 1)
  }
  return (
    <details className="fold">
      <summary>{t('schema.context')}</summary>
      <Stack gap="sm" mt="xs">
        <Text size="sm" c="dimmed">
          {t('schema.contextText')}
        </Text>
        {!readOnly && (
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconWand size={15} />}
              onClick={() => replace(contextSchemaOf(props.texts, schema))}
            >
              {t('schema.infer')}
            </Button>
            {schema !== null && (
              <Button size="compact-sm" variant="default" onClick={() => replace(null)}>
                {t('schema.remove')}
              </Button>
            )}
          </Group>
        )}
        {schema === null ? (
          <Text size="sm">{t('schema.none')}</Text>
        ) : (
          <SchemaField
            key={starts}
            label={t('schema.contextField')}
            value={schema}
            readOnly={readOnly}
            onChange={onChange}
            onValid={onValid}
          />
        )}
      </Stack>
    </details>
  )
}
