/** Prepares hostile HTML for a sandboxed frame. It does not clean it: the empty `sandbox` attribute is the protection. */

const BASE = '<base target="_blank">'

/**
 * Adds a base target, so that a link in the frame cannot replace the mail with a page (the sandbox
 * allows no windows, so it does nothing at all). The doctype stays first: without it the frame would
 * lay out in quirks mode, unlike a mail client.
 */
export const frameDocument = (html: string): string => {
  const head = /<head(\s[^>]*)?>/i.exec(html)
  if (head) return insert(html, head.index + head[0].length)
  const doctype = /^\s*<!doctype[^>]*>/i.exec(html)
  return doctype ? insert(html, doctype[0].length) : `<!doctype html>${BASE}${html}`
}

const insert = (html: string, at: number) => html.slice(0, at) + BASE + html.slice(at)
