/** A campaign's page: AJO's steps as tabs, saved as you type, with the trigger beside them. */
import type { Campaign } from '@carillon/contract'
import { Tabs } from '@mantine/core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { SaveNote } from '../saving/SaveNote.tsx'
import { CampaignBanners } from './CampaignBanners.tsx'
import { CampaignHolds } from './CampaignHolds.tsx'
import { ContentStep } from './ContentStep.tsx'
import { useCampaign } from './campaign-queries.ts'
import { StatusChip } from './campaign-status.tsx'
import { DeliveryStep } from './DeliveryStep.tsx'
import { STEPS } from './filters.ts'
import { PropertiesStep } from './PropertiesStep.tsx'
import { ReviewStep } from './ReviewStep.tsx'
import { TrackingStep } from './TrackingStep.tsx'
import { TriggerPanel } from './TriggerPanel.tsx'
import { type Editor, useEditor } from './use-editor.ts'

const Steps = ({ editor }: { editor: Editor }) => {
  const t = useT()
  const { tab = 'properties' } = useSearch({ from: '/app/campaigns/$id' })
  const navigate = useNavigate()
  const open = (next: string | null) => {
    const step = STEPS.find(one => one === next)
    if (!step) return
    void editor.saver.flush()
    void navigate({
      to: '/campaigns/$id',
      params: { id: editor.campaign.id },
      search: { tab: step },
      replace: true,
    })
  }
  return (
    <Tabs value={tab} onChange={open} keepMounted={false}>
      <Tabs.List mb="md" aria-label={t('campaign.steps')}>
        {STEPS.map(step => (
          <Tabs.Tab key={step} value={step}>
            {t(`campaign.${step}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="properties">
        <PropertiesStep editor={editor} />
      </Tabs.Panel>
      <Tabs.Panel value="content">
        <ContentStep editor={editor} />
      </Tabs.Panel>
      <Tabs.Panel value="delivery">
        <DeliveryStep editor={editor} />
      </Tabs.Panel>
      <Tabs.Panel value="review">
        <ReviewStep editor={editor} />
      </Tabs.Panel>
      <Tabs.Panel value="tracking">
        <TrackingStep editor={editor} />
      </Tabs.Panel>
    </Tabs>
  )
}

const CampaignEditor = ({ campaign, onReload }: { campaign: Campaign; onReload: () => void }) => {
  const editor = useEditor(campaign, onReload)
  const { tab = 'properties' } = useSearch({ from: '/app/campaigns/$id' })
  if (editor === null) return null
  return (
    <>
      <div className="sticky-head">
        <PageHead title={editor.properties.name} beside={<StatusChip status={campaign.status} />}>
          <SaveNote saving={editor} readOnly={editor.readOnly} />
        </PageHead>
      </div>
      <CampaignHolds id={campaign.id} />
      <CampaignBanners editor={editor} />
      <div className="editor-grid" data-step={tab}>
        <div>
          <Steps editor={editor} />
        </div>
        <TriggerPanel editor={editor} />
      </div>
    </>
  )
}

/** The page. `loads` makes a fresh editor after "reload" and "discard draft": only then is typed work replaced. */
export const CampaignPage = () => {
  const { id } = useParams({ from: '/app/campaigns/$id' })
  const query = useCampaign(id)
  const [loads, setLoads] = useState(0)
  const reload = async () => {
    await query.refetch()
    setLoads(before => before + 1)
  }
  return (
    <Loaded query={query}>
      {campaign => (
        <CampaignEditor key={`${id}-${loads}`} campaign={campaign} onReload={() => void reload()} />
      )}
    </Loaded>
  )
}
