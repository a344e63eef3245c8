/** How many soft bounces in a row suppress an address. */
import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'
import { useListDeed, useThreshold } from './suppression-queries.ts'

const MUCH = 10

const Form = ({ read }: { read: number }) => {
  const t = useT()
  const api = useApi()
  const [value, setValue] = useState<number | null>(read)
  const save = useListDeed('suppressions', (softBounceThreshold: number) =>
    api.suppressions.putSettings({ softBounceThreshold }),
  )
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (value !== null) save.mutate(value)
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end">
          <NumberInput
            label={t('supp.threshold')}
            description={t('supp.thresholdHint')}
            min={1}
            max={20}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            value={value ?? ''}
            onChange={next => setValue(typeof next === 'number' && next >= 1 ? next : null)}
          />
          <Button type="submit" variant="default" disabled={value === null} loading={save.isPending}>
            {t('settings.save')}
          </Button>
        </Group>
        {value !== null && value > MUCH && <Text size="sm">{t('supp.thresholdMuch')}</Text>}
        <ProblemNote error={save.error} />
        <Text size="sm" role="status">
          {save.isSuccess && t('supp.thresholdSaved')}
        </Text>
      </Stack>
    </form>
  )
}

/** The field. */
export const Threshold = () => {
  const query = useThreshold()
  return (
    <>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.data && <Form read={query.data.softBounceThreshold} />}
    </>
  )
}
