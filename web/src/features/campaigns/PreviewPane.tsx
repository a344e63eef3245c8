/** The preview: what would be sent with the sample data or to a test profile, through the server's own render path. */
import type { PreviewPerson, RenderedSmsContent } from '@carillon/contract'
import { Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { reasonText } from '../executions/message-state.tsx'
import { PersonSelect } from '../people/PersonSelect.tsx'
import { PushPreview } from '../push/PushPreview.tsx'
import { MailPreview } from './MailPreview.tsx'
import { PhonePreview } from './PhonePreview.tsx'
import { usePreviewAs } from './preview-as.ts'
import { useSegmentPrice } from './segment-price.ts'
import type { Editor } from './use-editor.ts'
import { usePreview } from './use-preview.ts'

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

const PricedPhone = ({
  sms,
  configurationId,
}: {
  sms: RenderedSmsContent | null
  configurationId: string | null
}) => {
  const price = useSegmentPrice(configurationId)(sms?.segments ?? 0)
  return <PhonePreview sms={sms} {...(price === undefined ? {} : { price })} />
}

/** The pane beside the content. */
export const PreviewPane = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { person, waits, choose } = usePreviewAs()
  // The content of a high-throughput campaign knows no profile.
  const { highThroughput } = editor.properties
  const as = highThroughput ? null : person
  const preview = usePreview(editor, { profileId: as?.id ?? null, waits: waits && !highThroughput })
  const { shown, findings, error } = preview
  return (
    <Stack gap="sm" className="preview-pane">
      <section className="panel" aria-label={t('preview.title')}>
        <Title order={2} p="xs" pl="md">
          {t('preview.title')}
        </Title>
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
        {shown.stale && (
          <Text size="xs" c="dimmed" px="md">
            {t('preview.stale')}
          </Text>
        )}
        {editor.properties.channel === 'email' && <MailPreview shown={shown} />}
        {editor.properties.channel === 'sms' && (
          <PricedPhone sms={shown.sms} configurationId={editor.properties.channelConfigurationId} />
        )}
        {editor.properties.channel === 'push' && <PushPreview push={shown.push} />}
      </section>
      <ProblemNote error={error} />
      <div aria-live="polite">
        <Findings findings={findings} />
      </div>
    </Stack>
  )
}
