/** A mail as it would be: its subject, and its body on a wide screen, a narrow one, and as text. */
import { SegmentedControl, Text } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { MailFrame } from '../../ui/MailFrame.tsx'
import type { Shown } from './preview-parts.ts'

const VIEWS = ['desktop', 'mobile', 'text'] as const
type View = (typeof VIEWS)[number]

const Body = ({ shown, view }: { shown: Shown; view: View }) => {
  const t = useT()
  if (view === 'text') {
    return (
      <pre className="code wrap" style={{ border: 0, maxHeight: 'none', minHeight: '100%' }}>
        {shown.text ?? ''}
      </pre>
    )
  }
  if (shown.html === null || shown.html.trim() === '') {
    return (
      <Text size="sm" c="dimmed" p="xl" ta="center">
        {t('preview.empty')}
      </Text>
    )
  }
  return (
    <MailFrame html={shown.html} title={t('preview.frame')} width={view === 'mobile' ? '375px' : '100%'} />
  )
}

/** The preview. */
export const MailPreview = ({ shown }: { shown: Shown }) => {
  const t = useT()
  const [view, setView] = useState<View>('desktop')
  return (
    <>
      <div style={{ padding: '8px 16px', borderBlock: '1px solid var(--line)' }}>
        <div style={{ float: 'right' }}>
          <SegmentedControl
            size="xs"
            aria-label={t('preview.title')}
            value={view}
            onChange={next => setView(VIEWS.find(one => one === next) ?? 'desktop')}
            data={VIEWS.map(value => ({ value, label: t(`preview.${value}`) }))}
          />
        </div>
        <Text size="xs" c="dimmed">
          {t('content.subject')}
        </Text>
        <Text fw={560} className="break" data-preview="subject">
          {shown.subject === null || shown.subject === '' ? t('preview.noSubject') : shown.subject}
        </Text>
      </div>
      <div className="preview-body">
        <Body shown={shown} view={view} />
      </div>
    </>
  )
}
