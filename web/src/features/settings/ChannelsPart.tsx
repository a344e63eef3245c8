/** Sending: channel configurations, transports and their groups, signatures, seed lists. */
import { Stack } from '@mantine/core'
import { Loaded } from '../../ui/Loaded.tsx'
import { ConfigurationList } from './ConfigurationList.tsx'
import { useSending } from './channel-queries.ts'
import { DkimKeys } from './DkimKeys.tsx'
import { SeedLists } from './SeedLists.tsx'
import { SmsInbound } from './SmsInbound.tsx'
import { TransportGroups } from './TransportGroups.tsx'
import { TransportList } from './TransportList.tsx'

/** The part. */
export const ChannelsPart = () => (
  <Stack gap="xl">
    <Loaded part query={useSending()}>
      {({ transports, groups, seedLists, configurations }) => (
        <>
          <TransportList transports={transports} />
          <ConfigurationList {...{ configurations, transports, groups, seedLists }} />
          {/* It is read every few seconds, for whoever sends short messages. */}
          {configurations.some(one => one.channel === 'sms') && <SmsInbound />}
          <DkimKeys />
          <TransportGroups groups={groups} transports={transports} />
          <SeedLists lists={seedLists} />
        </>
      )}
    </Loaded>
  </Stack>
)
