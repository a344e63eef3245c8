/** Durations and files: what a person types and takes away. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ordinal } from '../i18n/ordinal.ts'
import { toCsv } from './csv.ts'
import { joinDuration, splitDuration } from './duration.ts'

describe('a duration', () => {
  it('is shown in the largest unit that fits and means the same seconds', () => {
    expect(splitDuration(90)).toEqual({ n: 90, unit: 'seconds' })
    expect(splitDuration(3_600)).toEqual({ n: 1, unit: 'hours' })
    expect(splitDuration(172_800)).toEqual({ n: 2, unit: 'days' })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31_536_000 }), seconds => {
        expect(joinDuration(splitDuration(seconds), 31_536_000)).toBe(seconds)
      }),
    )
  })

  it('is none when it is no positive whole number, and never more than the most', () => {
    expect(joinDuration({ n: 0, unit: 'days' }, 100)).toBeNull()
    expect(joinDuration({ n: 1.5, unit: 'days' }, 100)).toBeNull()
    expect(joinDuration({ n: 400, unit: 'days' }, 31_536_000)).toBe(31_536_000)
  })
})

describe('a CSV file', () => {
  it('quotes what would break a row, and keeps a spreadsheet from running a cell', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "hi"\nnow'],
          ['=1+1', null],
          ['-5', 5],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n"x,y","say ""hi""\nnow"\r\n\'=1+1,\r\n\'-5,5\r\n')
  })
})

describe('an ordinal', () => {
  it('has the ending of its language', () => {
    expect([1, 2, 3, 4, 11, 22].map(n => ordinal(n, 'en'))).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '22nd',
    ])
    expect(ordinal(2, 'nl')).toBe('2e')
  })
})
