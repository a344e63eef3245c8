/** The suppression list in the settings: entries, files, and the threshold of soft bounces. */
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { DownloadDeed } from '../../ui/DownloadDeed.tsx'
import { useApi } from '../session/session.tsx'
import { EntryForm } from './EntryForm.tsx'
import { EntryList } from './EntryList.tsx'
import { Threshold } from './Threshold.tsx'
import { Uploads } from './Uploads.tsx'

/** The part. */
export const SuppressionPart = () => {
  const t = useT()
  const api = useApi()
  const [isAdding, setAdding] = useState(false)
  return (
    <Stack gap="xl">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-end">
          <Text size="sm" maw={640} flex="1 1 320px">
            {t('supp.text')}
          </Text>
          <Group gap="xs">
            <DownloadDeed label={t('supp.export')} name="suppressions.csv" read={api.suppressions.export} />
            <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
              {t('supp.suppressions.add')}
            </Button>
          </Group>
        </Group>
        <EntryList kind="suppressions" />
      </Stack>
      <section>
        <Title order={2}>{t('supp.uploads')}</Title>
        <Uploads />
      </section>
      <section>
        <Title order={2}>{t('supp.bounces')}</Title>
        <Threshold />
      </section>
      {isAdding && <EntryForm kind="suppressions" onClose={() => setAdding(false)} />}
    </Stack>
  )
}
