/** The content of every channel: one table that says how it is compiled and what it lacks. Knows no campaign and no store. */
import type { CampaignChannel, ChannelContent, ContentByChannel, Finding } from '@carillon/contract'
import {
  type CompiledEmail,
  type ContentSurroundings,
  compileEmailContent,
  missingFromEmail,
  type RenderData,
  templatesOfEmail,
} from './email-content.ts'
import { missingLinkFindings } from './mail-links.ts'
import {
  type CompiledPush,
  compilePushContent,
  missingFromPush,
  type SampleMoment,
  sampleFindingsOfPush,
  templatesOfPush,
} from './push-content.ts'
import {
  type CompiledSms,
  compileSmsContent,
  missingFromSms,
  templatesOfSms,
  wayOutOfSms,
} from './sms-content.ts'

/** Content of some channel, compiled: `channel` tells which. */
export type CompiledContent = CompiledEmail | CompiledSms | CompiledPush

/** Compiled content, or everything that is wrong with it. */
export type ContentResult<T extends CompiledContent = CompiledContent> =
  | { readonly ok: true; readonly content: T; readonly findings: Finding[] }
  | { readonly ok: false; readonly findings: Finding[] }

/** What is known of one channel's content. */
interface ContentKind<Content> {
  /** Its templates, in which fragments are looked for. */
  templatesOf(content: Content): readonly string[]
  compile(content: Content, surroundings: ContentSurroundings): ContentResult
  /** What it needs before anybody can get it. */
  missing(content: Content): Finding[]
  /** Of marketing: warnings about content that offers no way out. */
  wayOut(content: Content, compiled: CompiledContent): Finding[]
}

const KINDS: { readonly [C in CampaignChannel]: ContentKind<ContentByChannel[C]> } = {
  email: {
    templatesOf: templatesOfEmail,
    compile: compileEmailContent,
    missing: missingFromEmail,
    wayOut: (_content, { variables }) => missingLinkFindings(variables),
  },
  sms: {
    templatesOf: templatesOfSms,
    compile: compileSmsContent,
    missing: missingFromSms,
    wayOut: wayOutOfSms,
  },
  push: {
    templatesOf: templatesOfPush,
    compile: compilePushContent,
    missing: missingFromPush,
    // Every device has a switch of its own for it.
    wayOut: () => [],
  },
}

/** Content and the channel that it is of. What is stored was held against the schema of its channel. */
export interface OfChannel {
  readonly channel: CampaignChannel
  readonly content: ChannelContent
}

const kindOf = ({ channel }: OfChannel): ContentKind<ChannelContent> => KINDS[channel]

/** The templates of content. */
export const templatesOf = (of: OfChannel): readonly string[] => kindOf(of).templatesOf(of.content)

/** Compiles content once for all its sends. */
export const compileContent = (of: OfChannel, surroundings: ContentSurroundings): ContentResult =>
  kindOf(of).compile(of.content, surroundings)

/** What content needs before anybody can get it. */
export const missingFrom = (of: OfChannel): Finding[] => kindOf(of).missing(of.content)

/** What is wrong with what the sample data give. */
export const sampleFindings = (
  compiled: CompiledContent,
  data: RenderData,
  moment: SampleMoment,
): Finding[] => (compiled.channel === 'push' ? sampleFindingsOfPush(compiled, data, moment) : [])

/** Warnings about marketing content that offers no way out. */
export const wayOutFindings = (of: OfChannel, compiled: CompiledContent): Finding[] =>
  kindOf(of).wayOut(of.content, compiled)
