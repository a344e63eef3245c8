/** Whether a campaign answers calls for single people, or goes to an audience: its category, and whom it goes to. */
import { SegmentedControl, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

/** The audiences of the sandbox, to choose from. */
export const useAudienceChoices = () => {
  const api = useApi()
  return useQuery({ queryKey: ['audiences', 'choices'], queryFn: api.runs.audiences, staleTime: 10_000 })
}

const AudienceSelect = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  const audiences = useAudienceChoices()
  return (
    <>
      <ProblemNote error={audiences.error} onRetry={() => void audiences.refetch()} />
      <Select
        label={t('marketing.audience')}
        description={t('marketing.audienceHint')}
        placeholder={t('marketing.audienceNone')}
        nothingFoundMessage={t('marketing.noAudiences')}
        data={(audiences.data?.items ?? []).map(one => ({ value: one.id, label: one.name }))}
        searchable
        clearable
        disabled={readOnly}
        value={properties.audienceId}
        onChange={audienceId => change({ audienceId })}
      />
    </>
  )
}

/** The part of the first step. */
export const KindPart = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, change } = editor
  const isMarketing = properties.category === 'marketing'
  return (
    <Part title={t('marketing.kind')}>
      <SegmentedControl
        aria-label={t('marketing.kind')}
        disabled={readOnly}
        value={properties.category}
        data={(['transactional', 'marketing'] as const).map(value => ({
          value,
          label: t(`marketing.${value}`),
        }))}
        onChange={value =>
          change(
            value === 'marketing'
              ? { category: 'marketing', highThroughput: false }
              : { category: 'transactional' },
          )
        }
      />
      <Text size="sm">{t(isMarketing ? 'marketing.marketingHint' : 'marketing.transactionalHint')}</Text>
      {isMarketing && <AudienceSelect editor={editor} />}
    </Part>
  )
}
