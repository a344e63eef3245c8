/** From a planned message to what is handed over, by the renderer of its channel; dry run, test and send come through here. */
import type { CampaignChannel } from '@carillon/contract'
import { RenderError } from '@carillon/template'
import type { RenderMoment } from '../content/email-content.ts'
import type { Clock } from '../lib/clock.ts'
import type { Tracking } from '../tracking/tracking.ts'
import { renderEmail } from './render-email.ts'
import { renderPush } from './render-push.ts'
import { renderSms } from './render-sms.ts'
import {
  type Addressee,
  BROKEN,
  type ChannelRenderer,
  type Composition,
  type RenderReason,
} from './renderer.ts'
import type { SendableVersion } from './versions.ts'

const RENDERERS: Readonly<Record<CampaignChannel, ChannelRenderer>> = {
  ...{ email: renderEmail, sms: renderSms, push: renderPush },
}

/** What every render needs beside its data. */
export type RenderTools = Pick<RenderMoment, 'random'> & {
  readonly clock: Clock
  readonly tracking: Tracking
}

/** Renders the content of a version for one person. A template that fails is a value, not an exception. */
export const compose = (
  version: SendableVersion,
  to: Addressee,
  { clock, random, tracking }: RenderTools,
): Composition => {
  const { configuration, content, properties, problem } = version
  if (configuration === undefined) return { ...BROKEN, problem: 'the channel configuration does not exist' }
  if (configuration.channel !== properties.channel)
    return { ...BROKEN, problem: 'the channel configuration is of another channel' }
  if (content === undefined) return { ...BROKEN, problem }
  const { outside } = to
  const moment = { nowMs: clock.now().getTime(), monotonicMs: clock.monotonicMs, random, outside }
  try {
    return RENDERERS[properties.channel](version, to, { ...moment, tracking })
  } catch (error) {
    const message = (error as Error).message
    // The author asked for a row: a person without one is left out on purpose, nothing is broken.
    const isLeftOut = error instanceof RenderError && error.code === 'lookup_missing'
    return isLeftOut
      ? { ok: false, reason: 'lookup_missing', problem: message }
      : { ...BROKEN, problem: message }
  }
}

/** An exclusion is on purpose, a failure is not. */
export const stateOfReason = (reason: RenderReason): 'excluded' | 'failed' =>
  reason === 'render_error' ? 'failed' : 'excluded'
