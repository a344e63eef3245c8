/** The content of a short message: its text, and of an MMS the title and the address of its media. */
import type { SmsContent } from '@carillon/contract'
import { SegmentedControl, Skeleton, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { TryItButton } from '../editor/TryItButton.tsx'
import { useKnowledge } from '../editor/use-knowledge.ts'
import type { ContentEditorProps } from './content-editors.tsx'
import { textsOf } from './content-texts.ts'

// What measures a text comes with the language, which is large: the page does not wait for it.
const SmsCounter = lazy(async () => ({ default: (await import('./SmsCounter.tsx')).SmsCounter }))

const TYPES = ['sms', 'mms'] as const

/** The fields. */
export const SmsEditor = ({ editor, content, onChange }: ContentEditorProps<SmsContent>) => {
  const t = useT()
  const { readOnly, properties } = editor
  const { sample } = properties
  const context = useKnowledge({ texts: textsOf(properties), contextSchema: properties.contextSchema })
  const change = (patch: Partial<SmsContent>) => onChange({ ...content, ...patch })
  const field = (label: string, source: string) => ({
    ...{ readOnly, context, label, target: 'text' as const, value: source },
    beside: <TryItButton label={label} source={source} target="text" {...sample} />,
  })
  return (
    <>
      <SegmentedControl
        aria-label={t('sms.type')}
        disabled={readOnly}
        value={content.messageType}
        data={TYPES.map(value => ({ value, label: t(`sms.type.${value}`) }))}
        onChange={value => change({ messageType: TYPES.find(one => one === value) ?? 'sms' })}
      />
      <TemplateEditor
        {...field(t('sms.text'), content.text)}
        size="middle"
        onChange={text => change({ text })}
      />
      <Suspense fallback={<Skeleton h={60} />}>
        <SmsCounter
          content={content}
          configurationId={properties.channelConfigurationId}
          readOnly={readOnly}
          onPlain={text => change({ text })}
        />
      </Suspense>
      {content.messageType === 'mms' && (
        <>
          <TemplateEditor
            {...field(t('sms.title'), content.title ?? '')}
            singleLine
            onChange={title => change({ title: textOrNull(title) })}
          />
          <TemplateEditor
            {...field(t('sms.media'), content.mediaUri ?? '')}
            singleLine
            onChange={mediaUri => change({ mediaUri: textOrNull(mediaUri) })}
          />
          <Text size="xs" c="dimmed">
            {t('sms.mediaHint')}
          </Text>
        </>
      )}
    </>
  )
}
