/** The benchmark mail: about 20 KB of HTML with some thirty placeholders, as a shop's mail would have. */

const row = (n: number): string => `
      <tr>
        <td style="padding:12px 16px;border-bottom:1px solid #e2e8f0;font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;color:#334155;">
          <strong style="color:#0f172a;">Item ${n}</strong><br>
          For {{context.name}}: {{#if context.fill}}in stock{{else}}on its way{{/if}}. A paragraph that is long enough to be
          like the real thing, with a measure, a colour, a size and a sentence on how to wash it at thirty degrees.
          <a href="https://shop.example.test/items/${n}?who={{context.name}}" style="color:#8a5a2b;text-decoration:underline;">See it again</a>
        </td>
      </tr>`

/** The HTML of the benchmark mail. */
export const benchHtml = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your order</title></head>
<body style="margin:0;background:#f8fafc;">
  <table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" style="background:#ffffff;">
      <tr><td style="padding:24px 16px;font-size:20px;">Hello {{context.name}},</td></tr>
      ${Array.from({ length: 28 }, (_, n) => row(n + 1)).join('')}
      <tr><td style="padding:24px 16px;">Thank you, {{context.name}}.</td></tr>
  </table>
</body></html>
`

/** The subject carries the moment of the call, by which the sink measures the latency. */
export const benchSubject = 'sent {{context.sentAt}}'
