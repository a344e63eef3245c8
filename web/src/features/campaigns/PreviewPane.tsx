/** The preview: what would be sent with the sample data or to a test profile, through the server's own render path. */
import type { PreviewPerson } from '@carillon/contract'
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { MailFrame } from '../../ui/MailFrame.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { reasonText } from '../executions/message-state.tsx'
import { PersonSelect } from '../people/PersonSelect.tsx'
import { usePreviewAs } from './preview-as.ts'
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

const Reached = ({ person }: { person: PreviewPerson }) => {
  const t = useT()
  const { address, reason } = person
  return (
    <Text size="xs" c={reason === null ? 'dimmed' : 'red'} className="break" data-preview="person">
      {reason === null
        ? t('preview.to', { address: address ?? '' })
        : t('preview.leftOut', { reason: reasonText(t, reason, person.reasonText) })}{' '}
      <Link to="/people/$id" params={{ id: person.profileId }} className="link">
        {t('preview.person')}
      </Link>
    </Text>
  )
}

/** The pane beside the content. */
export const PreviewPane = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const [view, setView] = useState<View>('desktop')
  const { person, waits, choose } = usePreviewAs()
  // The content of a high-throughput campaign knows no profile.
  const { highThroughput } = editor.properties
  const as = highThroughput ? null : person
  const preview = usePreview(editor, { profileId: as?.id ?? null, waits: waits && !highThroughput })
  const { shown, findings, error } = preview
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
        {!highThroughput && (
          <Stack gap={4} px="md" pb="xs">
            <PersonSelect
              test
              label={t('preview.as')}
              placeholder={t('preview.asSample')}
              person={as}
              onChange={next => choose(next?.id ?? null)}
            />
            {as !== null && preview.person !== null && <Reached person={preview.person} />}
          </Stack>
        )}
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
