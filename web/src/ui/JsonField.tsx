/** A JSON object as text: kept as typed while it is wrong, reported while it is right. */
import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Json } from '../api.ts'
import { useT } from '../i18n/language.tsx'
import { readJsonObject } from './json-object.ts'

/** The field. `onValid` says whether the text can be stored. */
export const JsonField = (props: {
  label: string
  value: Json
  readOnly: boolean
  onChange: (value: Json) => void
  onValid?: (valid: boolean) => void
}) => {
  const t = useT()
  const [text, setText] = useState(() => JSON.stringify(props.value, null, 2))
  const reading = readJsonObject(text)
  const message =
    reading.kind === 'syntax'
      ? reading.message
      : t('content.jsonObject', { example: '{"person": {"name": {"firstName": "Ada"}}}' })
  return (
    <Textarea
      label={props.label}
      autosize
      minRows={4}
      maxRows={16}
      spellCheck={false}
      readOnly={props.readOnly}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
      value={text}
      error={reading.kind === 'object' ? null : t('content.jsonInvalid', { message })}
      onChange={event => {
        const typed = event.currentTarget.value
        const read = readJsonObject(typed)
        setText(typed)
        props.onValid?.(read.kind === 'object')
        if (read.kind === 'object') props.onChange(read.value)
      }}
    />
  )
}
