/** Finds the word that was probably meant. Knows only text. */

const MAX_LENGTH = 40

/** The number of single-letter edits (a swap of neighbours counts as one) between two short words. */
const distance = (left: string, right: string): number => {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1
      const edits = [(rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same]
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) edits.push((rows[i - 2]?.[j - 2] ?? 0) + 1)
      row.push(Math.min(...edits))
    }
    rows.push(row)
  }
  return rows[left.length]?.[right.length] ?? 0
}

// More candidates are not looked at: a hostile template can declare any number of names.
const MAX_CANDIDATES = 1_000

/** The candidate that differs least from the word, case aside, or null when none is close. */
export const nearestWord = (word: string, candidates: Iterable<string>): string | null => {
  if (word.length > MAX_LENGTH) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  let looked = 0
  for (const candidate of candidates) {
    looked += 1
    if (looked > MAX_CANDIDATES) break
    if (Math.abs(candidate.length - word.length) >= least) continue
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) [best, least] = [candidate, edits]
  }
  return best
}

/** The end of a message: ` Did you mean "x"?`, or nothing. */
export const suggestion = (word: string, candidates: Iterable<string>): string => {
  const nearest = nearestWord(word, candidates)
  return nearest === null ? '' : ` Did you mean "${nearest}"?`
}
