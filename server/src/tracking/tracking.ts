/** Tracked links of this instance as whole addresses: under which host, signed with which key. */
import { createLinkSigner, type LinkSigner, signableLink } from './link-token.ts'
import { createPushReportSigner, type PushReportGrant } from './push-report.ts'

/** A message whose links are tracked. */
export interface TrackedMessage {
  readonly messageId: string
  readonly sentAt: Date
}

/** Makes tracked links. */
export interface Tracking {
  readonly sign: LinkSigner
  /** What an address begins with, up to its token. */
  readonly linkBase: string
  mirrorUrl(message: TrackedMessage): string
  /** What previews and tests show: it leads to a page that says what will be there. */
  readonly exampleMirrorUrl: string
  /** Where a device reports that a notification was touched. */
  pushReportUrl(grant: PushReportGrant): string
}

/** Where tracked links are, below the address of an instance. */
export const TRACKING_PATH = '/t/'
/** Where devices report touches, below the address of an instance. */
export const PUSH_REPORT_PATH = '/push/reports/'

/** Stands where the token of a mirror page will be. */
export const EXAMPLE_TOKEN = 'example'

const MIRROR = signableLink({ kind: 'mirror', linkId: 0n, target: '' })

/** Makes links below the public address of an instance. */
export const createTracking = (of: { readonly secret: string; readonly publicUrl: string }): Tracking => {
  const sign = createLinkSigner(of.secret)
  const signReport = createPushReportSigner(of.secret)
  const linkBase = of.publicUrl + TRACKING_PATH
  return {
    sign,
    linkBase,
    mirrorUrl: message => sign(message, [MIRROR], linkBase).join(''),
    exampleMirrorUrl: linkBase + EXAMPLE_TOKEN,
    pushReportUrl: grant => of.publicUrl + PUSH_REPORT_PATH + signReport(grant),
  }
}
