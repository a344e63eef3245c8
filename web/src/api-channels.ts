/** The calls of sending: transports and their groups, channel configurations, DKIM keys, seed lists, files of campaigns. */
import type {
  CampaignFile,
  ChannelConfiguration,
  ChannelConfigurationWrite,
  ConfigurationTest,
  DkimKey,
  DkimKeyCreate,
  LiveCheck,
  ProviderAnswer,
  SeedList,
  SeedListWrite,
  SmsInboundKind,
  SmsInboundMessage,
  Transport,
  TransportCalls,
  TransportGroup,
  TransportGroupWrite,
  TransportWrite,
} from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Transports and configurations. */
export const channelCalls = ({ json }: Request) => ({
  transports: () => json<Page<Transport>>('/transports'),
  createTransport: (body: TransportWrite) => json<Transport>('/transports', { method: 'POST', body }),
  putTransport: (id: string, body: TransportWrite) =>
    json<Transport>(at`/transports/${id}`, { method: 'PUT', body }),
  removeTransport: (id: string) => json<unknown>(at`/transports/${id}`, { method: 'DELETE' }),
  /** What the provider says of our log-in. */
  checkTransport: (id: string) => json<ProviderAnswer>(at`/transports/${id}/check`, { method: 'POST' }),
  /** Where the provider of a transport of SMS calls. */
  transportCalls: (id: string) => json<TransportCalls>(at`/transports/${id}/calls`),
  /** What people wrote to our numbers, newest first. */
  smsInbound: (query: { kind?: SmsInboundKind; cursor?: string }) =>
    json<Page<SmsInboundMessage>>('/sms/inbound', { query }),
  createConfiguration: (body: ChannelConfigurationWrite) =>
    json<ChannelConfiguration>('/channel-configurations', { method: 'POST', body }),
  putConfiguration: (id: string, body: ChannelConfigurationWrite) =>
    json<ChannelConfiguration>(at`/channel-configurations/${id}`, { method: 'PUT', body }),
  removeConfiguration: (id: string) => json<unknown>(at`/channel-configurations/${id}`, { method: 'DELETE' }),
  submitConfiguration: (id: string, force: boolean) =>
    json<ChannelConfiguration>(at`/channel-configurations/${id}/submit`, { method: 'POST', body: { force } }),
  checkConfiguration: (id: string) =>
    json<ChannelConfiguration>(at`/channel-configurations/${id}/check`, { method: 'POST' }),
  deactivateConfiguration: (id: string) =>
    json<ChannelConfiguration>(at`/channel-configurations/${id}/deactivate`, { method: 'POST' }),
  testConfiguration: (id: string, body: ConfigurationTest) =>
    json<ProviderAnswer>(at`/channel-configurations/${id}/test`, { method: 'POST', body }),
})

/** What configurations use: groups of transports, signing keys, seed lists. */
export const sendingCalls = ({ json }: Request) => ({
  groups: () => json<Page<TransportGroup>>('/transport-groups'),
  createGroup: (body: TransportGroupWrite) =>
    json<TransportGroup>('/transport-groups', { method: 'POST', body }),
  putGroup: (id: string, body: TransportGroupWrite) =>
    json<TransportGroup>(at`/transport-groups/${id}`, { method: 'PUT', body }),
  removeGroup: (id: string) => json<unknown>(at`/transport-groups/${id}`, { method: 'DELETE' }),
  keys: () => json<Page<DkimKey>>('/dkim-keys'),
  createKey: (body: DkimKeyCreate) => json<DkimKey>('/dkim-keys', { method: 'POST', body }),
  checkKey: (id: string) => json<LiveCheck>(at`/dkim-keys/${id}/check`, { method: 'POST' }),
  activateKey: (id: string, force: boolean) =>
    json<DkimKey>(at`/dkim-keys/${id}/activate`, { method: 'POST', body: { force } }),
  retireKey: (id: string) => json<DkimKey>(at`/dkim-keys/${id}/retire`, { method: 'POST' }),
  removeKey: (id: string) => json<unknown>(at`/dkim-keys/${id}`, { method: 'DELETE' }),
  seedLists: () => json<Page<SeedList>>('/seed-lists'),
  createSeedList: (body: SeedListWrite) => json<SeedList>('/seed-lists', { method: 'POST', body }),
  putSeedList: (id: string, body: SeedListWrite) =>
    json<SeedList>(at`/seed-lists/${id}`, { method: 'PUT', body }),
  removeSeedList: (id: string) => json<unknown>(at`/seed-lists/${id}`, { method: 'DELETE' }),
})

/** Files that go with a campaign's mail. */
export const fileCalls = ({ json }: Request) => ({
  list: (campaignId: string) => json<Page<CampaignFile>>(at`/campaigns/${campaignId}/files`),
  upload: (campaignId: string, file: File) =>
    json<CampaignFile>(at`/campaigns/${campaignId}/files`, {
      method: 'POST',
      query: { name: file.name },
      file,
    }),
  remove: (campaignId: string, fileId: string) =>
    json<unknown>(at`/campaigns/${campaignId}/files/${fileId}`, { method: 'DELETE' }),
})
