/** The content of the email beside its preview, and the sample data that both the preview and the test use. */
import { Stack, Switch, Title } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { TryItButton } from '../editor/TryItButton.tsx'
import { useKnowledge } from '../editor/use-knowledge.ts'
import { ContextSchema } from '../schemas/ContextSchema.tsx'
import { FilesPart } from './FilesPart.tsx'
import { PreviewPane } from './PreviewPane.tsx'
import type { Editor } from './use-editor.ts'

const textsOf = ({ content }: Editor['properties']): readonly string[] => [
  content.subject,
  content.html,
  content.text ?? '',
]

const EmailFields = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { readOnly, change, properties } = editor
  const { content, sample } = properties
  const context = useKnowledge({ texts: textsOf(properties), contextSchema: properties.contextSchema })
  const tried = (label: string, what: { source: string; target: 'html' | 'text' }) => (
    <TryItButton label={label} {...what} {...sample} />
  )
  return (
    <>
      <TemplateEditor
        {...{ readOnly, context }}
        label={t('content.subject')}
        beside={tried(t('content.subject'), { source: content.subject, target: 'text' })}
        target="text"
        singleLine
        value={content.subject}
        onChange={subject => change({ content: { ...content, subject } })}
      />
      <TemplateEditor
        {...{ readOnly, context }}
        label={t('content.html')}
        beside={tried(t('content.html'), { source: content.html, target: 'html' })}
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
          {...{ readOnly, context }}
          label={t('content.text')}
          beside={tried(t('content.text'), { source: content.text, target: 'text' })}
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
      <ContextSchema
        schema={editor.properties.contextSchema}
        texts={textsOf(editor.properties)}
        readOnly={editor.readOnly}
        onChange={schema => editor.change({ contextSchema: schema })}
        onValid={valid => editor.mark('contextSchema', valid)}
      />
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
    <Stack>
      <PreviewPane editor={editor} />
      <FilesPart editor={editor} />
    </Stack>
  </div>
)
