/** The conclusion of "Why?" in words. */
import { WHY_CONCLUSIONS, type Why } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { createTranslate } from '../../i18n/translate.ts'
import { conclude } from './why.ts'

const newest = { reason: 'rejected', reasonText: null, changedAt: '2026-01-01T00:00:00Z' }
const words = { t: createTranslate('en', en), exact: (instant: string) => instant }
const say = (conclusionCode: Why['conclusionCode'], messages: unknown[]) =>
  conclude({ conclusionCode, messages } as Parameters<typeof conclude>[0], words)

describe('the conclusion', () => {
  it('is a sentence for every code, without an empty slot', () => {
    for (const code of WHY_CONCLUSIONS) expect(say(code, [newest]).sentence).toMatch(/^[^{}]+[.]$/)
  })

  it('names the reason or the time', () => {
    expect(say('failed', [newest]).sentence).toBe('No: it failed. The provider refused for good.')
    expect(say('sent', [{ ...newest, reason: null }]).sentence).toContain('2026-01-01T00:00:00Z')
    expect(say('waiting', [{ ...newest, reason: null }]).sentence).toBe('Not yet: it waits for its time.')
  })

  it('says what to do when no call named the person', () => {
    expect(say('no_call_for_person', []).advice).toContain('namespace')
    expect(say('sent', [newest]).advice).toBeNull()
  })
})
