/** A link on its way into a mail: where it leads, and as what it is counted. Pure. */
import { type SignableLink, signableLink } from './link-token.ts'

/** How a link is followed (AJO's tracking types). */
export type LinkMode = 'tracked' | 'opt_out' | 'mirror' | 'never'

/** The modes in which a click is counted. */
export type FollowedMode = Extract<LinkMode, 'tracked' | 'opt_out'>

/** A link to a target, ready for any mail. */
export interface FollowedLink extends SignableLink {
  readonly target: string
  /** The mail that has it last, and its place there: one that is kept goes through many, one after another. */
  run: number
  place: number
}

const MODES: Readonly<Record<string, LinkMode>> = {
  ...{ never: 'never', opt_out: 'opt_out', mirror_page: 'mirror' },
}

/** The mode that a value of `data-tracking-type` names; others are tracked. */
export const modeOf = (value: string): LinkMode => MODES[value.trim().toLowerCase()] ?? 'tracked'

// A target that a browser follows to a web page, and that `new URL` will take at the redirect. No control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused, and \p{Cc} takes four times as long.
const WEB = /^https?:\/\/[^\u0000-\u001f\u007f-\u009f]+$/i

/** What a browser follows, as far as it is tracked; undefined: it is left as it is. */
export const webTarget = (text: string): string | undefined => {
  const target = text.trim().replace(/[\t\r\n]/g, '')
  return target.length <= 1_000 && WEB.test(target) && URL.canParse(target) ? target : undefined
}

const KINDS = { tracked: 'click', opt_out: 'unsubscribe' } as const

/** A link to a target. */
export const followedLink = (
  target: string,
  { linkId, mode }: { readonly linkId: bigint; readonly mode: FollowedMode },
): FollowedLink => {
  // Member by member: to spread them takes longer than to make them, for every personal link.
  const { text, digest } = signableLink({ kind: KINDS[mode], linkId, target })
  return { text, digest, target, run: 0, place: -1 }
}
