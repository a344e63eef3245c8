/** The fields that turn typed text into values: JSON objects, local times, the filters of the URL, the kept preview. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJsonObject } from '../../ui/json-object.ts'
import { fromLocalField, toLocalField } from '../../ui/local-time.ts'
import { readCampaignFilters, readStep } from './filters.ts'
import { keepGood, NOTHING_YET } from './preview-parts.ts'

describe('a JSON object that is typed', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
        const plain = JSON.parse(JSON.stringify(value))
        expect(readJsonObject(JSON.stringify(plain))).toEqual({ kind: 'object', value: plain })
      }),
    )
  })

  it('may be empty, and is told apart from other JSON and from no JSON', () => {
    expect(readJsonObject('  ')).toEqual({ kind: 'object', value: {} })
    for (const text of ['[]', 'null', '"x"', '1']) expect(readJsonObject(text)).toEqual({ kind: 'shape' })
    expect(readJsonObject('{"a":').kind).toBe('syntax')
  })
})

describe('a local time field', () => {
  it('gives the instant back to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000_000 }), minutes => {
        // Half an hour off the full hour: the repeated hour of a clock change has two instants for one field.
        const instant = new Date(minutes * 60_000)
        if (
          toLocalField(new Date(instant.getTime() + 3_600_000).toISOString()) ===
          toLocalField(instant.toISOString())
        )
          return
        expect(toLocalField(fromLocalField(toLocalField(instant.toISOString())))).toBe(
          toLocalField(instant.toISOString()),
        )
      }),
    )
  })

  it('is null when empty or half typed', () => {
    expect(fromLocalField('')).toBeNull()
    expect(fromLocalField('2026-13')).toBeNull()
    expect(toLocalField(null)).toBe('')
    expect(toLocalField('nonsense')).toBe('')
  })
})

describe('the filters of the URL', () => {
  it('drop what is not one', () => {
    expect(readCampaignFilters({ search: 'x', status: 'live', other: 1 })).toEqual({
      search: 'x',
      status: 'live',
    })
    expect(readCampaignFilters({ search: '', status: 'constructor' })).toEqual({})
    expect(readStep({ tab: 'review' })).toEqual({ tab: 'review' })
    expect(readStep({ tab: 'audience' })).toEqual({})
  })
})

describe('the preview', () => {
  const error = {
    pointer: '/content/html',
    severity: 'error',
    code: 'x',
    message: 'm',
    line: 1,
    column: 1,
    excerpt: null,
    fix: null,
  } as const

  const email = { channel: 'email', sms: null, push: null } as const

  it('keeps the last good part while the new one cannot be rendered', () => {
    const good = keepGood(NOTHING_YET, { ...email, subject: 's', html: '<p>1</p>', text: '1', findings: [] })
    const bad = keepGood(good, { ...email, subject: 's2', html: null, text: null, findings: [error] })
    expect(bad).toEqual({ subject: 's2', html: '<p>1</p>', text: '1', sms: null, push: null, stale: true })
  })

  it('is not stale when only a warning shows', () => {
    const now = {
      ...email,
      subject: 's',
      html: 'h',
      text: 't',
      findings: [{ ...error, severity: 'warning' as const }],
    }
    expect(keepGood(NOTHING_YET, now).stale).toBe(false)
  })
})
