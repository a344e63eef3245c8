/** The week view of quiet hours, against the days and minutes of the periods. */
import { type QuietPeriod, WEEKDAYS } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barsOfDay } from './week.ts'

const weekly = (days: readonly (typeof WEEKDAYS)[number][], from: string, to: string): QuietPeriod => ({
  ...{ kind: 'weekly', days: [...days], hours: { from, to } },
})

describe('the bars of a week', () => {
  it('continue past midnight on the next day, Saturday on Sunday', () => {
    const periods = [weekly(['monday', 'saturday'], '21:00', '09:00')]
    expect(barsOfDay(periods, 'monday')).toEqual([{ from: 1_260, to: 1_440 }])
    expect(barsOfDay(periods, 'tuesday')).toEqual([{ from: 0, to: 540 }])
    expect(barsOfDay(periods, 'sunday')).toEqual([{ from: 0, to: 540 }])
    expect(barsOfDay(periods, 'wednesday')).toEqual([])
  })

  it('are one where they touch, and end at midnight when the period does', () => {
    const periods = [
      weekly(['monday'], '08:00', '10:00'),
      weekly(['monday'], '10:00', '12:00'),
      weekly(['monday'], '20:00', '00:00'),
    ]
    expect(barsOfDay(periods, 'monday')).toEqual([
      { from: 480, to: 720 },
      { from: 1_200, to: 1_440 },
    ])
    expect(barsOfDay(periods, 'tuesday')).toEqual([])
  })

  it('draw all day, and neither dates nor half-typed times', () => {
    expect(barsOfDay([{ kind: 'weekly', days: ['friday'], hours: null }], 'friday')).toEqual([
      { from: 0, to: 1_440 },
    ])
    expect(
      barsOfDay([{ kind: 'dates', from: '2026-12-25', to: '2026-12-25', hours: null }], 'friday'),
    ).toEqual([])
    expect(barsOfDay([weekly(['friday'], '', '09:00')], 'friday')).toEqual([])
  })

  it('never overlap', () => {
    const time = fc.integer({ min: 0, max: 1_439 }).map(minute => {
      const two = (n: number) => String(n).padStart(2, '0')
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
    })
    const period = fc
      .record({ days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), from: time, to: time })
      .map(({ days, from, to }) => weekly(days, from, to))
    fc.assert(
      fc.property(fc.array(period, { maxLength: 5 }), fc.constantFrom(...WEEKDAYS), (periods, day) => {
        const bars = barsOfDay(periods, day)
        for (const [index, bar] of bars.entries()) {
          expect(bar.to).toBeGreaterThan(bar.from)
          expect(bar.from).toBeGreaterThan(bars[index - 1]?.to ?? -1)
        }
      }),
    )
  })
})
