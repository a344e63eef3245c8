/** Both dictionaries say the same things, and the translator fills them in. */
import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { createFormats } from './format.ts'
import { nl } from './nl.ts'
import { createTranslate, isKey, pickLanguage } from './translate.ts'

const slots = (entry: string | { one: string; other: string }): string[] =>
  [...JSON.stringify(entry).matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? '').sort()

describe('the dictionaries', () => {
  it('have the same slots in every entry', () => {
    for (const key of Object.keys(en).filter(isKey))
      expect([key, slots(nl[key])]).toEqual([key, slots(en[key])])
  })

  it('have the same keys', () => {
    expect(Object.keys(nl)).toEqual(Object.keys(en))
  })
})

const SOURCES = import.meta.glob<string>(
  ['../**/*.ts', '../**/*.tsx', '!./en*.ts', '!./nl*.ts', '!**/*.test.*'],
  {
    ...{ query: '?raw', import: 'default', eager: true },
  },
)

// A key is used when it is written out, or by a template like `state.${state}` whose slots hold no dot.
const usedKeys = (): ((key: string) => boolean) => {
  const text = Object.values(SOURCES).join('\n')
  const written = new Set([...text.matchAll(/'([a-zA-Z]+\.[^'\n]*)'/g)].map(match => match[1]))
  const made = [...text.matchAll(/`([a-zA-Z]+\.[^`\n]*\$\{[^`\n]*)`/g)].map(([, template = '']) => {
    const fixed = template.split(/\$\{[^}]*\}/).map(part => part.replaceAll('.', '\\.'))
    return new RegExp(`^${fixed.join('[^.]+')}$`)
  })
  return key => written.has(key) || made.some(pattern => pattern.test(key))
}

describe('the keys', () => {
  it('are each used by the studio', () => {
    const isUsed = usedKeys()
    expect(Object.keys(en).filter(key => !isUsed(key))).toEqual([])
  })
})

describe('translating', () => {
  it('fills the slots, formats numbers and chooses the plural', () => {
    const t = createTranslate('nl', nl)
    expect(t('finding.title', { count: 1 })).toBe('1 bevinding')
    expect(t('finding.title', { count: 1200 })).toBe('1.200 bevindingen')
    expect(t('campaigns.stopTitle', { name: '$& {n}' })).toBe('“$& {n}” stoppen?')
  })

  it('leaves a slot without a value visible', () => {
    expect(createTranslate('en', en)('exec.version')).toBe('version {n}')
  })

  it('takes the kept language, then the first of the browser that it speaks, then English', () => {
    expect(pickLanguage('nl', ['en-GB'])).toBe('nl')
    expect(pickLanguage(null, ['fr-FR', 'nl-BE', 'en'])).toBe('nl')
    expect(pickLanguage('xx', ['fr'])).toBe('en')
  })

  it('says how long ago something was in the largest unit that fits', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    const { relative, bytes } = createFormats('en')
    expect(relative('2026-01-01T23:59:50Z', now)).toBe('now')
    // The server's clock may be ahead of the browser's.
    expect(relative('2026-01-02T00:00:20Z', now)).toBe('now')
    expect(relative('2026-01-01T23:57:00Z', now)).toBe('3m ago')
    expect(relative('2026-01-01T00:00:00Z', now)).toBe('yesterday')
    expect(bytes(900)).toBe('900 B')
    expect(bytes(4210)).toBe('4.1 kB')
    expect(bytes(30_000_000)).toBe('28.6 MB')
    expect(bytes(1_024 ** 3)).toBe('1 GB')
  })

  it('says how soon something will be, in its last minute by seconds', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    const { until } = createFormats('en')
    expect(until('2026-01-02T00:05:00Z', now)).toBe('in 5m')
    expect(until('2026-01-02T00:00:20Z', now)).toBe('in 20s')
    expect(until('2026-01-02T00:00:00Z', now)).toBe('now')
    expect(until('2026-01-01T23:57:00Z', now)).toBe('3m ago')
  })
})
