/** Shows the HTML of a mail. The frame is sandboxed without any permission: no scripts, no forms, no navigation, no same origin. */
import { frameDocument } from './frame-document.ts'

/** The frame; mails are drawn for white paper, so it stays white in dark mode too. */
export const MailFrame = (props: { html: string; title: string; width?: string }) => (
  <iframe
    className="mail-frame"
    sandbox=""
    referrerPolicy="no-referrer"
    srcDoc={frameDocument(props.html)}
    title={props.title}
    style={{ width: props.width ?? '100%' }}
  />
)
