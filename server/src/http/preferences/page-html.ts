/**
 * The look of the public pages: one HTML document, no script, no cookie, nothing from elsewhere. Every value is escaped
 * where it is put in.
 */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { PageLanguage } from './page-words.ts'

/** Markup that is safe to put into a page. */
export interface Html {
  readonly markup: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string): string => text.replace(/[&<>"']/g, sign => ENTITIES[sign] ?? '')

const markupOf = (value: string | Html | readonly Html[]): string => {
  if (typeof value === 'string') return escapeText(value)
  return 'markup' in value ? value.markup : value.map(one => one.markup).join('')
}

/** Markup with values in it; texts are escaped, markup is not. */
export const html = (
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html => ({
  markup: parts
    .map((part, index) => (index === 0 ? part : markupOf(values[index - 1] ?? '') + part))
    .join(''),
})

/** Nothing. */
export const NOTHING: Html = { markup: '' }

const STYLE = `:root{color-scheme:light dark;--ink:#1d2430;--soft:#5a6576;--page:#f4f5f7;--card:#fff;--line:#cfd5dd;--deed:#80501f;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a3adba;--page:#14181e;--card:#1c222a;--line:#3b4552;--deed:#e0b070;--on:#1d1407}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:34rem;margin:8vh auto;padding:1.75rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
h1{margin:0 0 .75rem;font-size:1.35rem;line-height:1.25}
p{margin:0 0 1rem;overflow-wrap:anywhere}
.soft{color:var(--soft);font-size:.9rem}
fieldset{margin:0 0 1.25rem;padding:.75rem 1rem;border:1px solid var(--line);border-radius:8px}
legend{padding:0 .35rem;font-weight:600}
label{display:flex;gap:.65rem;padding:.4rem 0;cursor:pointer}
input{flex:none;width:1.15rem;height:1.15rem;margin:.2rem 0 0;accent-color:var(--deed)}
label small{display:block;color:var(--soft)}
button{width:100%;min-height:2.9rem;padding:.6rem 1rem;border:1px solid var(--deed);border-radius:8px;background:var(--deed);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button.quiet{background:none;color:var(--ink);border-color:var(--line)}
a{color:var(--deed)}
:focus-visible{outline:3px solid var(--deed);outline-offset:2px}
.said{padding:.6rem .9rem;border-left:4px solid var(--deed);background:var(--page)}
form+form{margin-top:1.5rem}
@media (max-width:38rem){main{margin:0;min-height:100vh;border:0;border-radius:0}}`

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** One page. */
export interface Page {
  readonly status: number
  readonly language: PageLanguage
  readonly title: string
  readonly body: Html
}

const documentOf = ({ language, title, body }: Page): Html => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${{ markup: STYLE }}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`

/** Sends a page that nobody keeps, frames or runs a script in. */
export const sendPage = (reply: FastifyReply, page: Page): FastifyReply =>
  reply
    .code(page.status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    .send(documentOf(page).markup)
