/**
 * What people answer to short messages: the words that are understood, in several languages, and how a message is held
 * against them. Pure; knows no person and no store.
 */
import type { SmsKeywordKind } from '@carillon/contract'

/** The words of a configuration, by what they ask for. */
export type KeywordLists = Readonly<Record<SmsKeywordKind, readonly string[]>>

/** A message held against words: one of them, nearly one that asks to be let go, or none. */
export type KeywordMatch =
  | { readonly kind: SmsKeywordKind; readonly keyword: string }
  | { readonly kind: 'nearly_opt_out'; readonly keyword: string }
  | { readonly kind: 'none' }

const LONGEST = 200

/** A text as words are compared: upper case, without accents, punctuation and blanks. */
export const foldWords = (text: string): string =>
  text
    .slice(0, LONGEST)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** Whether two texts differ by one letter: one too many, one too few, another one, or two in the wrong order. */
const isOneOff = (a: string, b: string): boolean => {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a]
  if (longer.length - shorter.length > 1) return false
  let at = 0
  while (at < shorter.length && shorter[at] === longer[at]) at += 1
  if (longer.length > shorter.length) return shorter.slice(at) === longer.slice(at + 1)
  const isSwapped =
    shorter[at] === longer[at + 1] &&
    shorter[at + 1] === longer[at] &&
    shorter.slice(at + 2) === longer.slice(at + 2)
  return isSwapped || shorter.slice(at + 1) === longer.slice(at + 1)
}

// Short words are one letter away from too much: NO from ON, END from AND.
const LEAST_LETTERS = 4
const MOST_OTHERS = 3

const nearlyOptOut = (text: string, words: readonly string[]): string | undefined => {
  const folded = foldWords(text)
  const [first = '', ...others] = text.trim().split(/\s+/)
  return words.find(word => {
    const wanted = foldWords(word)
    if (wanted.length < LEAST_LETTERS) return false
    // "Stop please" is somebody who wants to be let go, and not the word itself.
    return isOneOff(folded, wanted) || (others.length <= MOST_OTHERS && foldWords(first) === wanted)
  })
}

// Who asks to be let go is, whatever else the word may mean.
const ORDER: readonly SmsKeywordKind[] = ['opt_out', 'double_opt_in', 'opt_in', 'help', 'custom']

/**
 * What a message says. The whole of it has to be a word, in any case, with or without accents and punctuation; only nearly
 * an opt-out is told apart, for its own answer.
 */
export const matchKeyword = (text: string, lists: KeywordLists): KeywordMatch => {
  const folded = foldWords(text)
  if (folded === '') return { kind: 'none' }
  for (const kind of ORDER) {
    const keyword = lists[kind].find(word => foldWords(word) === folded)
    if (keyword !== undefined) return { kind, keyword }
  }
  const nearly = nearlyOptOut(text, lists.opt_out)
  return nearly === undefined ? { kind: 'none' } : { kind: 'nearly_opt_out', keyword: nearly }
}
