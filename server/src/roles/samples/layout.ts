/**
 * The frame of the sample mails: one column, tables for old clients, inline styles, readable in dark mode and by a
 * screen reader. Pure text; knows nothing of campaigns.
 */

/** What a sample puts into the frame: all of it may hold personalization. */
export interface SampleParts {
  /** The line that an inbox shows beside the subject. */
  readonly preview: string
  readonly title: string
  /** Rows of the column, as HTML. */
  readonly body: string
  /** Why the person gets this mail. */
  readonly footer: string
}

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

// Clients that drop the style block show the light colours of the inline styles.
const STYLE = `
    body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; }
    a { color: #7d4e12; }
    @media (max-width: 620px) {
      .card { padding: 28px 20px !important; }
    }
    @media (prefers-color-scheme: dark) {
      .page { background-color: #12161c !important; }
      .card { background-color: #1c222b !important; }
      .text, .card a { color: #e8ebef !important; }
      .quiet, .quiet a { color: #a3adba !important; }
      .line { border-color: #39424f !important; }
      .panel { background-color: #262e39 !important; }
      .button { background-color: #e0a95c !important; }
      .card .button a { color: #1a1206 !important; }
    }
`

/** A paragraph. */
export const paragraph = (html: string): string =>
  `<p class="text" style="margin:0 0 16px;${FONT};font-size:16px;line-height:24px;color:#1f2630">${html}</p>`

/** A quieter paragraph. */
export const note = (html: string): string =>
  `<p class="quiet" style="margin:0 0 16px;${FONT};font-size:14px;line-height:21px;color:#566170">${html}</p>`

/** A link that looks like a button, also where only tables are understood. */
export const button = (
  href: string,
  label: string,
): string => `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px">
                <tr>
                  <td class="button" bgcolor="#7d4e12" style="background-color:#7d4e12;border-radius:6px">
                    <a href="${href}" style="display:inline-block;padding:13px 26px;${FONT};font-size:16px;font-weight:600;line-height:20px;color:#ffffff;text-decoration:none">${label}</a>
                  </td>
                </tr>
              </table>`

/** The text style of a table cell. */
export const cellStyle = `padding:12px 0;${FONT};font-size:15px;line-height:22px;color:#1f2630;border-top:1px solid #dde2e8`

/** A whole mail around the parts. */
export const frame = ({ preview, title, body, footer }: SampleParts): string => `<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>${title}</title>
    <style>${STYLE}    </style>
  </head>
  <body class="page" style="margin:0;padding:0;background-color:#eef1f4">
    <div style="display:none;max-height:0;overflow:hidden;opacity:0">${preview}</div>
    <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#eef1f4">
      <tr>
        <td align="center" style="padding:24px 12px">
          <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:580px">
            <tr>
              <td class="card" align="left" style="background-color:#ffffff;border-radius:10px;padding:36px 40px">
              <h1 class="text" style="margin:0 0 20px;${FONT};font-size:24px;font-weight:650;line-height:31px;color:#1f2630">${title}</h1>
              ${body}
              </td>
            </tr>
            <tr>
              <td class="quiet" align="center" style="padding:20px 24px;${FONT};font-size:13px;line-height:20px;color:#566170">${footer}</td>
            </tr>
          </table>
        </td>
      </tr>
    </table>
  </body>
</html>
`
