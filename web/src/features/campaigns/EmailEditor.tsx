/** The content of an email: subject, HTML, and a text of its own. */
import type { EmailContent } from '@carillon/contract'
import { Switch } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { useSwitch } from '../../ui/use-switch.ts'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { TryItButton } from '../editor/TryItButton.tsx'
import { useKnowledge } from '../editor/use-knowledge.ts'
import type { ContentEditorProps } from './content-editors.tsx'
import { textsOf } from './content-texts.ts'

/** The fields. */
export const EmailEditor = ({ editor, content, onChange }: ContentEditorProps<EmailContent>) => {
  const t = useT()
  const { readOnly, properties } = editor
  const { sample } = properties
  const context = useKnowledge({ texts: textsOf(properties), contextSchema: properties.contextSchema })
  const change = (patch: Partial<EmailContent>) => onChange({ ...content, ...patch })
  const ownText = useSwitch(content.text, '', text => change({ text }))
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
        onChange={subject => change({ subject })}
      />
      <TemplateEditor
        {...{ readOnly, context }}
        label={t('content.html')}
        beside={tried(t('content.html'), { source: content.html, target: 'html' })}
        target="html"
        value={content.html}
        onChange={html => change({ html })}
      />
      <Switch
        label={t('content.ownText')}
        disabled={readOnly}
        checked={content.text !== null}
        onChange={event => ownText(event.currentTarget.checked)}
      />
      {content.text !== null && (
        <TemplateEditor
          {...{ readOnly, context }}
          label={t('content.text')}
          beside={tried(t('content.text'), { source: content.text, target: 'text' })}
          target="text"
          size="middle"
          value={content.text}
          onChange={text => change({ text })}
        />
      )}
    </>
  )
}
