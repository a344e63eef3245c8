/** The content of the email beside its preview, and the sample data that both the preview and the test use. */
import { Skeleton, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useT } from '../../i18n/language.tsx'
import { JsonField } from './JsonField.tsx'
import { PreviewPane } from './PreviewPane.tsx'
import type { Editor } from './use-editor.ts'

const HtmlEditor = lazy(async () => ({ default: (await import('./HtmlEditor.tsx')).HtmlEditor }))

const EmailFields = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { readOnly, change } = editor
  const { content } = editor.properties
  return (
    <>
      <TextInput
        label={t('content.subject')}
        readOnly={readOnly}
        value={content.subject}
        onChange={event => change({ content: { ...content, subject: event.currentTarget.value } })}
      />
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t('content.html')}
        </Text>
        <Suspense fallback={<Skeleton h={422} />}>
          <HtmlEditor
            label={t('content.html')}
            readOnly={readOnly}
            value={content.html}
            onChange={html => change({ content: { ...content, html } })}
          />
        </Suspense>
      </div>
      <Switch
        label={t('content.ownText')}
        disabled={readOnly}
        checked={content.text !== null}
        onChange={event => change({ content: { ...content, text: event.currentTarget.checked ? '' : null } })}
      />
      {content.text !== null && (
        <Textarea
          label={t('content.text')}
          autosize
          minRows={6}
          maxRows={20}
          readOnly={readOnly}
          value={content.text}
          onChange={event => change({ content: { ...content, text: event.currentTarget.value } })}
        />
      )}
    </>
  )
}

const SampleFields = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { sample } = editor.properties
  return (
    <Stack gap="sm">
      <Title order={2}>{t('content.sample')}</Title>
      {(['profile', 'context'] as const).map(part => (
        <JsonField
          key={part}
          label={t(`content.${part}`)}
          readOnly={editor.readOnly}
          value={sample[part]}
          onChange={value => editor.change({ sample: { ...sample, [part]: value } })}
          onValid={valid => editor.mark(part, valid)}
        />
      ))}
    </Stack>
  )
}

/** The second step. */
export const ContentStep = ({ editor }: { editor: Editor }) => (
  <div className="content-grid">
    <section className="panel pad">
      <Stack gap="sm">
        <EmailFields editor={editor} />
        <SampleFields editor={editor} />
      </Stack>
    </section>
    <PreviewPane editor={editor} />
  </div>
)
