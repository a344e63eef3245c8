/** The preview: what would be sent with the sample data, through the server's own render path. */
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { MailFrame } from '../../ui/MailFrame.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import type { Shown } from './preview-parts.ts'
import type { Editor } from './use-editor.ts'
import { usePreview } from './use-preview.ts'

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

/** The pane beside the content. */
export const PreviewPane = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const [view, setView] = useState<View>('desktop')
  const { shown, findings, error } = usePreview(editor)
  return (
    <Stack gap="sm" className="preview-pane">
      <section className="panel" aria-label={t('preview.title')}>
        <Group justify="space-between" p="xs" pl="md">
          <Title order={2}>{t('preview.title')}</Title>
          <SegmentedControl
            size="xs"
            aria-label={t('preview.title')}
            value={view}
            onChange={next => setView(VIEWS.find(one => one === next) ?? 'desktop')}
            data={VIEWS.map(value => ({ value, label: t(`preview.${value}`) }))}
          />
        </Group>
        <div style={{ padding: '8px 16px', borderBlock: '1px solid var(--line)' }}>
          <Text size="xs" c="dimmed">
            {t('content.subject')}
          </Text>
          <Text fw={560} className="break" data-preview="subject">
            {shown.subject === null || shown.subject === '' ? t('preview.noSubject') : shown.subject}
          </Text>
          {shown.stale && (
            <Text size="xs" c="dimmed">
              {t('preview.stale')}
            </Text>
          )}
        </div>
        <div className="preview-body">
          <Body shown={shown} view={view} />
        </div>
      </section>
      <ProblemNote error={error} />
      <div aria-live="polite">
        <Findings findings={findings} />
      </div>
    </Stack>
  )
}
