/** Sending: channel configurations, transports and their groups, signatures, seed lists. */
import { Loader, Stack } from '@mantine/core'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { ConfigurationList } from './ConfigurationList.tsx'
import { useConfigurations, useSeedLists, useTransportGroups, useTransports } from './channel-queries.ts'
import { DkimKeys } from './DkimKeys.tsx'
import { SeedLists } from './SeedLists.tsx'
import { TransportGroups } from './TransportGroups.tsx'
import { TransportList } from './TransportList.tsx'

/** The part. */
export const ChannelsPart = () => {
  const queries = {
    transports: useTransports(),
    groups: useTransportGroups(),
    seedLists: useSeedLists(),
    configurations: useConfigurations(),
  }
  const all = Object.values(queries)
  const failed = all.find(query => query.error !== null)
  const transports = queries.transports.data?.items
  const groups = queries.groups.data?.items
  const seedLists = queries.seedLists.data?.items
  const configurations = queries.configurations.data?.items
  return (
    <Stack gap="xl">
      <ProblemNote
        error={failed?.error}
        onRetry={() => {
          for (const query of all) void query.refetch()
        }}
      />
      {all.some(query => query.isPending) && <Loader size="sm" />}
      {transports && groups && seedLists && configurations && (
        <>
          <TransportList transports={transports} />
          <ConfigurationList
            configurations={configurations}
            transports={transports}
            groups={groups}
            seedLists={seedLists}
          />
          <DkimKeys />
          <TransportGroups groups={groups} transports={transports} />
          <SeedLists lists={seedLists} />
        </>
      )}
    </Stack>
  )
}
