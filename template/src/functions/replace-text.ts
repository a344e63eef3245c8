/** Replacing every occurrence of a text by another. */
import { checkLength, type Run } from '../run.ts'
import { splitText } from './find-text.ts'

/** From left to right, without overlap; `old` is not empty. The size of the result is known before it is built. */
export const replaceText = (
  text: string,
  change: { readonly old: string; readonly fresh: string },
  at: { readonly run: Run; readonly offset: number },
): string => {
  const { old, fresh } = change
  const parts = splitText(text, old, text.length + 1)
  checkLength(at.run, text.length + (parts.length - 1) * (fresh.length - old.length), at.offset)
  return parts.join(fresh)
}
