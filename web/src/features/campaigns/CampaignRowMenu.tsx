/** What can be done with one row of the campaign list. */
import type { CampaignSummary } from '@carillon/contract'
import { ActionIcon, Menu } from '@mantine/core'
import {
  IconCopy,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { PauseCampaign } from '../holds/PauseCampaign.tsx'
import { useApi } from '../session/session.tsx'
import { useCampaignDeed, useDuplicateCampaign } from './campaign-queries.ts'
import { isStoppable } from './campaign-status.tsx'
import { StopConfirm } from './StopConfirm.tsx'

const DeleteConfirm = (props: { id: string; name: string; opened: boolean; onClose: () => void }) => {
  const t = useT()
  const api = useApi()
  const remove = useCampaignDeed(props.id, api.campaigns.remove)
  return (
    <Confirm
      opened={props.opened}
      onClose={props.onClose}
      title={t('campaigns.deleteTitle', { name: props.name })}
      text={t('campaigns.deleteText')}
      action={t('campaigns.deleteDo')}
      danger
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(undefined, { onSuccess: props.onClose })}
    />
  )
}

/** The menu at the end of a row; a paused campaign is resumed on its page. */
export const CampaignRowMenu = (props: { row: CampaignSummary; paused: boolean }) => {
  const { row } = props
  const t = useT()
  const navigate = useNavigate()
  const duplicate = useDuplicateCampaign()
  const [asked, setAsked] = useState<'pause' | 'stop' | 'delete' | null>(null)
  const close = () => setAsked(null)
  const deletable = row.status === 'draft' && row.liveVersion === null
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('campaigns.actionsFor', { name: row.name })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => duplicate.mutate(row.id)}>
            {t('campaigns.duplicate')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconPlayerPlay size={15} />}
            onClick={() => void navigate({ to: '/executions', search: { campaignId: row.id } })}
          >
            {t('campaigns.executions')}
          </Menu.Item>
          {row.liveVersion !== null && !props.paused && (
            <Menu.Item leftSection={<IconPlayerPause size={15} />} onClick={() => setAsked('pause')}>
              {t('pause.do')}
            </Menu.Item>
          )}
          {isStoppable(row.status) && (
            <Menu.Item
              color="red"
              leftSection={<IconPlayerStop size={15} />}
              onClick={() => setAsked('stop')}
            >
              {t('campaigns.stop')}
            </Menu.Item>
          )}
          {deletable && (
            <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => setAsked('delete')}>
              {t('campaigns.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <PauseCampaign id={row.id} name={row.name} opened={asked === 'pause'} onClose={close} />
      <StopConfirm id={row.id} name={row.name} opened={asked === 'stop'} onClose={close} />
      <DeleteConfirm id={row.id} name={row.name} opened={asked === 'delete'} onClose={close} />
    </>
  )
}
