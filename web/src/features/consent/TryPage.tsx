/** Opens the preference page of the newest profile, so that one sees what people see. */
import type { Profile } from '@carillon/contract'
import { Button, Modal, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'

const nameOf = (profile: Profile): string => profile.identities[0]?.value ?? profile.id

const Link = ({ onClose }: { onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const found = useQuery({
    queryKey: ['preference-page'],
    // A link is made anew each time it is asked for.
    gcTime: 0,
    queryFn: async () => {
      const [profile] = (await api.consent.newestProfile()).items
      return profile === undefined ? null : { profile, ...(await api.consent.preferenceLink(profile.id)) }
    },
  })
  return (
    <Modal opened onClose={onClose} centered title={t('topics.try')}>
      <Stack>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
        {found.data === null && <Text size="sm">{t('topics.tryNobody')}</Text>}
        {found.data && (
          <>
            <Text size="sm">{t('topics.tryText', { name: nameOf(found.data.profile) })}</Text>
            <Button
              component="a"
              href={found.data.url}
              target="_blank"
              rel="noreferrer"
              leftSection={<IconExternalLink size={16} />}
              onClick={onClose}
            >
              {t('topics.tryOpen')}
            </Button>
          </>
        )}
      </Stack>
    </Modal>
  )
}

/** The button. */
export const TryPage = () => {
  const t = useT()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t('topics.try')}
      </Button>
      {opened && <Link onClose={() => setOpened(false)} />}
    </>
  )
}
