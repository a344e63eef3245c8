/** What typing does in the editor: tags that close, one line, findings and their mends. On editor states, without a page. */
import { EditorState } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { checkSource } from './check-source.ts'
import { closeWhileTyping } from './close-tags.ts'
import { toDiagnostic } from './findings.ts'
import { INKS } from './inks.ts'
import { NO_KNOWLEDGE } from './knowledge.ts'
import { onOneLine, singleLine } from './single-line.ts'

/** Types into a text with `^` for the cursor, character by character, as the editor does. */
const type = (text: string, typed: string): string => {
  let place = text.indexOf('^')
  let source = text.replace('^', '')
  for (const char of typed) {
    const done = closeWhileTyping(source, place, char) ?? { insert: char, remove: 0, step: 1 }
    source = source.slice(0, place) + done.insert + source.slice(place + done.remove)
    place += done.step
  }
  return `${source.slice(0, place)}^${source.slice(place)}`
}

describe('a tag that is typed', () => {
  it('is closed with its opener', () => {
    expect(type('a ^ b', '{{')).toBe('a {{^}} b')
    expect(type('a ^ b', '{{{')).toBe('a {{{^}}} b')
    expect(type('a ^ b', '{%')).toBe('a {%^%} b')
  })

  it('reads as it was typed when the closer is typed too', () => {
    for (const text of [
      '{{context.name}}',
      '{{{x}}}',
      '{%= a % 5 %}',
      '{% let a = 1 %}',
      '{{#each x}}y{{/each}}',
    ])
      expect(type('^', text)).toBe(`${text}^`)
  })

  it('leaves braces of other languages alone', () => {
    expect(type('^', 'a { color: red }')).toBe('a { color: red }^')
    expect(type('{ "a": {^} }', '}')).toBe('{ "a": {}^} }')
  })

  it('is not closed twice', () => {
    expect(type('{^}', '{')).toBe('{{^}')
  })
})

describe('an editor of one line', () => {
  it('takes a pasted line break for a blank', () => {
    const state = EditorState.create({ doc: 'ab', extensions: singleLine() })
    const next = state.update({ changes: { from: 1, insert: 'x\r\ny\nz' }, selection: { anchor: 6 } }).state
    expect(next.doc.toString()).toBe('ax y zb')
    expect(next.selection.main.anchor).toBe(6)
  })

  it('keeps the length of what it flattens', () => {
    expect(onOneLine('a\nb')).toBe('a b')
  })
})

describe('a finding in the editor', () => {
  const about = { target: 'html', knowledge: NO_KNOWLEDGE } as const

  it('stands where the checker says, with its severity', () => {
    const source = 'Dear {{upperCas(context.a)}}'
    const [found] = checkSource(source, about)
    expect(found).toBeDefined()
    if (found === undefined) return
    expect(toDiagnostic(found, source.length)).toMatchObject({ from: 7, to: 15, severity: 'error' })
  })

  it('has an action where the mend is an edit, and words where it is not', () => {
    const base = {
      code: 'name_unknown',
      severity: 'error',
      message: 'Wrong.',
      line: 1,
      column: 1,
      excerpt: '',
    } as const
    const at = { ...base, offset: 4, length: 3 }
    const edit = { offset: 2, length: 5, text: 'x' }
    expect(toDiagnostic({ ...at, fix: { title: 'Mend', edit } }, 20).actions?.map(one => one.name)).toEqual([
      'Mend',
    ])
    const worded = toDiagnostic({ ...at, fix: { title: 'Do this', edit: null } }, 20)
    expect(worded.actions).toEqual([])
    expect(worded.message).toBe('Wrong.\nDo this')
  })
})

const channel = (hex: string, at: number): number => {
  const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
const luminance = (hex: string): number =>
  0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5)
const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe('the colours of the editor', () => {
  it('keep 4.5 : 1 on their paper, in light and dark', () => {
    for (const [name, inks] of Object.entries(INKS)) {
      const papers = INKS[name.startsWith('tpl') ? 'tpl-paper' : 'code-paper']
      const readable = inks.map((ink, scheme) => contrast(ink, papers[scheme] ?? '') >= 4.5)
      if (!name.endsWith('paper')) expect([name, ...readable]).toEqual([name, true, true])
    }
  })
})
