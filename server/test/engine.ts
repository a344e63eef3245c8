/** A delivery engine on the database of a test API, with a channel of the test's. */
import type { Channel } from '../src/channels/channel.ts'
import type { RenderedEmail } from '../src/channels/email/email.ts'
import { createFeedbackAddresses } from '../src/channels/email/verp.ts'
import { createAddressHash } from '../src/consent/address-hash.ts'
import { createContentSources } from '../src/content/content-sources.ts'
import { type Engine, type EngineDeps, startEngine } from '../src/delivery/engine.ts'
import { createSigningKeys } from '../src/delivery/sign.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { silentLog } from '../src/lib/log.ts'
import { TEST_LINKS, TEST_SECRET, TEST_TRACKING, type TestApi } from './app.ts'

/** Starts one, on the clock of the API. `channel` gives the channel of a transport. */
export const startTestEngine = (
  { test, clock }: TestApi,
  channel: (transportId: string) => Channel<RenderedEmail>,
  more: Partial<Pick<EngineDeps, 'name' | 'shard' | 'window'>> = {},
): Promise<Engine> =>
  startEngine({
    ...{
      pool: test.db,
      byIndex: test.db,
      clock,
      log: silentLog,
      random: () => 0.5,
      channel,
      links: TEST_LINKS,
      tracking: TEST_TRACKING,
    },
    ...{ newId: () => uuidv7(clock.now().getTime()), name: 'test/', shard: 100, window: 128 },
    addressHash: createAddressHash(TEST_SECRET),
    addresses: createFeedbackAddresses(TEST_SECRET),
    signingKeys: createSigningKeys({ db: test.db, clock, secret: TEST_SECRET }),
    sources: createContentSources(test.db, { clock, secret: TEST_SECRET }),
    ...more,
  })
