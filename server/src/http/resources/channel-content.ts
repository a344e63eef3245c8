/** Holds content against the schema of its channel, where a body alone does not say which that is. */
import { type CampaignChannel, CHANNEL_CONTENT, type ChannelContent, mapChannels } from '@carillon/contract'
import { Type } from 'typebox'
import { createValidatorCompiler } from '../validation.ts'

const compiler = createValidatorCompiler()
const checks = mapChannels(channel =>
  compiler({
    schema: Type.Object({ content: CHANNEL_CONTENT[channel] }),
    method: 'POST',
    url: '',
    httpPart: 'body',
  }),
)

/** Throws what is wrong with content, as the validation of a body would; pointers begin with `/content`. */
export const checkContent = (channel: CampaignChannel, content: ChannelContent | undefined): void => {
  if (content === undefined) return
  const check = checks[channel]
  if (check({ content }) === true) return
  const { errors } = check as { errors?: unknown }
  throw Object.assign(new Error('The content is not valid'), { validation: errors ?? [] })
}
