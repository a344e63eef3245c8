/** The deeds that end a person: the profile deleted, or everything erased. Both ask before. */
import type { Profile } from '@carillon/contract'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconTrash, IconUserX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { EraseDialog } from '../erasure/PersonDeeds.tsx'
import { useApi } from '../session/session.tsx'
import { labelOf } from './names.ts'
import { useForgetPerson } from './person-queries.ts'

const DeleteConfirm = (props: { profile: Profile; opened: boolean; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const navigate = useNavigate()
  const forget = useForgetPerson()
  const remove = useMutation({
    mutationFn: async () => {
      await api.profiles.remove(props.profile.id)
      await forget(props.profile.id, () => navigate({ to: '/people', search: {} }))
    },
  })
  return (
    <Confirm
      opened={props.opened}
      onClose={props.onClose}
      title={t('people.removeTitle')}
      text={t('people.removeText')}
      action={t('people.removeDo')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    />
  )
}

/** The menu at the end of the head. */
export const PersonMenu = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const [asked, setAsked] = useState<'delete' | 'erase' | null>(null)
  const close = () => setAsked(null)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label={t('campaigns.actionsFor', { name: labelOf(profile) })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => setAsked('delete')}>
            {t('people.remove')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconUserX size={15} />} onClick={() => setAsked('erase')}>
            {t('erasure.erase')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteConfirm profile={profile} opened={asked === 'delete'} onClose={close} />
      {asked === 'erase' && <EraseDialog profile={profile} onClose={close} />}
    </>
  )
}
