/** SQL's `like`: `%` is any run of characters, `_` one. Knows no regular expression and never recurs. */

const LOOK_EVERY = 4_096

/**
 * True when the whole text is of the form of the pattern. Of several `%` only the last is ever tried again, so the
 * time is at most length × length; `look` is called after each 4,096 steps.
 */
export const isLike = (text: string, pattern: string, look: (steps: number) => void): boolean => {
  let at = 0
  let place = 0
  let star = -1
  let resume = 0
  for (let steps = 1; at < text.length; steps += 1) {
    if (steps % LOOK_EVERY === 0) look(LOOK_EVERY)
    const wanted = pattern[place]
    if (wanted === '%') {
      star = place
      place += 1
      resume = at
    } else if (wanted === '_' || wanted === text[at]) {
      at += 1
      place += 1
    } else if (star >= 0) {
      place = star + 1
      resume += 1
      at = resume
    } else {
      return false
    }
  }
  while (pattern[place] === '%') place += 1
  return place === pattern.length
}
