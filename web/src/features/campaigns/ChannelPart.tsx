/** The channel of a campaign: it can change until the campaign was live, and its content begins anew then. */
import { CAMPAIGN_NAMESPACE, type CampaignChannel, CHANNELS, EMPTY_CONTENT } from '@carillon/contract'
import { SegmentedControl, Text } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Confirm } from '../../ui/Confirm.tsx'
import { useConfigurations } from '../settings/channel-queries.ts'
import { textsOf } from './content-texts.ts'
import { Part } from './Part.tsx'
import type { Editor } from './use-editor.ts'

/** The part of the first step. */
export const ChannelPart = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { properties, readOnly, campaign, change } = editor
  const [asked, setAsked] = useState<CampaignChannel | null>(null)
  const configurations = useConfigurations()
  const take = (channel: CampaignChannel) => {
    const first = configurations.data?.items.find(one => one.channel === channel && one.status === 'active')
    change({
      channel,
      content: EMPTY_CONTENT[channel],
      identityNamespace: CAMPAIGN_NAMESPACE[channel],
      channelConfigurationId: first?.id ?? null,
      attachmentIds: [],
    })
    setAsked(null)
  }
  const choose = (value: string) => {
    const channel = CHANNELS.find(one => one === value)
    if (channel === undefined || channel === properties.channel) return
    if (textsOf(properties).some(text => text.trim() !== '')) setAsked(channel)
    else take(channel)
  }
  const wasLive = campaign.live !== null
  return (
    <Part title={t('campaigns.channel')}>
      <SegmentedControl
        aria-label={t('campaigns.channel')}
        disabled={readOnly || wasLive || configurations.data === undefined}
        value={properties.channel}
        data={CHANNELS.map(value => ({ value, label: t(`channel.${value}`) }))}
        onChange={choose}
      />
      {wasLive && (
        <Text size="xs" c="dimmed">
          {t('channel.locked')}
        </Text>
      )}
      <Confirm
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={t('channel.changeTitle', { channel: t(`channel.${asked ?? 'email'}`) })}
        text={t('channel.changeText')}
        action={t('channel.change')}
        danger
        pending={false}
        error={null}
        onConfirm={() => asked !== null && take(asked)}
      />
    </Part>
  )
}
