/** The content of the message beside its preview, and the sample data that both the preview and the test use. */
import { Stack, Title } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { ContextSchema } from '../schemas/ContextSchema.tsx'
import { ContentFields } from './content-editors.tsx'
import { textsOf } from './content-texts.ts'
import { FilesPart } from './FilesPart.tsx'
import { PreviewPane } from './PreviewPane.tsx'
import type { Editor } from './use-editor.ts'

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
        <ContentFields editor={editor} />
        <SampleFields editor={editor} />
      </Stack>
    </section>
    <Stack>
      <PreviewPane editor={editor} />
      {editor.properties.channel === 'email' && <FilesPart editor={editor} />}
    </Stack>
  </div>
)
