/** What the server finds wrong with a fragment: asked for by a button, because it knows the other fragments too. */
import { Button, Group, Text, Title } from '@mantine/core'
import { IconListCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { flushOrFail } from '../saving/autosave.ts'
import { useApi } from '../session/session.tsx'
import type { FragmentEditor } from './use-fragment-editor.ts'

/** The findings; they are of the text that was stored when the button was pressed. */
export const FragmentFindings = ({ editor }: { editor: FragmentEditor }) => {
  const t = useT()
  const api = useApi()
  const { id } = editor.fragment
  const check = useQuery({
    queryKey: ['fragment-findings', id],
    queryFn: async () => {
      await flushOrFail(editor.saver)
      return api.fragments.validate(id)
    },
    enabled: false,
    retry: false,
    gcTime: 0,
  })
  return (
    <section className="panel pad">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t('review.findings')}</Title>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconListCheck size={15} />}
          loading={check.isFetching}
          onClick={() => void check.refetch()}
        >
          {t('fragments.validate')}
        </Button>
      </Group>
      <div aria-live="polite">
        <ProblemNote error={check.error} />
        {check.data && <Findings findings={check.data.findings} />}
        {check.data?.findings.length === 0 && <Text size="sm">{t('finding.none')}</Text>}
        {check.data === undefined && (
          <Text size="sm" c="dimmed">
            {t('fragments.validateHint')}
          </Text>
        )}
      </div>
    </section>
  )
}
