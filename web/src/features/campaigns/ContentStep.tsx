/** The content of the email beside its preview, and the sample data that both the preview and the test use. */
import { Stack, Switch, Title } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { NO_KNOWLEDGE } from '../editor/knowledge.ts'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { PreviewPane } from './PreviewPane.tsx'
import type { Editor } from './use-editor.ts'

const EmailFields = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { readOnly, change } = editor
  const { content } = editor.properties
  const shared = { readOnly, context: NO_KNOWLEDGE }
  return (
    <>
      <TemplateEditor
        {...shared}
        label={t('content.subject')}
        target="text"
        singleLine
        value={content.subject}
        onChange={subject => change({ content: { ...content, subject } })}
      />
      <TemplateEditor
        {...shared}
        label={t('content.html')}
        target="html"
        value={content.html}
        onChange={html => change({ content: { ...content, html } })}
      />
      <Switch
        label={t('content.ownText')}
        disabled={readOnly}
        checked={content.text !== null}
        onChange={event => change({ content: { ...content, text: event.currentTarget.checked ? '' : null } })}
      />
      {content.text !== null && (
        <TemplateEditor
          {...shared}
          label={t('content.text')}
          target="text"
          size="middle"
          value={content.text}
          onChange={text => change({ content: { ...content, text } })}
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
