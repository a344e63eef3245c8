/** Makes a whole table row open its page, while links, buttons and selected text in it keep working. */
import type { MouseEvent } from 'react'

/** The click handler of such a row. The row's own link stays the keyboard's way. */
export const opensRow = (open: () => void) => (event: MouseEvent<HTMLElement>) => {
  const target = event.target
  if (target instanceof Element && target.closest('a, button, input, [role="menu"]')) return
  if (window.getSelection()?.toString() !== '') return
  open()
}
