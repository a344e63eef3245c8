/** The calendars of rules: cap windows by their dates, quiet hours against a clock that is read minute by minute. */
import { type QuietPeriod, WEEKDAYS } from '@carillon/contract'
import { zoneOf } from '@carillon/template'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { dayNumber, isQuiet, quietSpans, quietUntil, windowStart } from './calendar.ts'

describe('a window of a cap', () => {
  test.each([
    { period: 'hour', every: 1, moment: '2026-11-24T12:34:56Z', start: '2026-11-24T12:00:00Z' },
    { period: 'hour', every: 5, moment: '2026-11-24T12:34:56Z', start: '2026-11-24T11:00:00Z' },
    { period: 'day', every: 1, moment: '2026-11-24T23:59:59.999Z', start: '2026-11-24T00:00:00Z' },
    { period: 'day', every: 2, moment: '2026-11-24T00:00:00Z', start: '2026-11-23T00:00:00Z' },
    { period: 'day', every: 2, moment: '2026-11-25T00:00:00Z', start: '2026-11-25T00:00:00Z' },
    { period: 'week', every: 1, moment: '2026-11-28T23:59:59.999Z', start: '2026-11-22T00:00:00Z' },
    { period: 'week', every: 1, moment: '2026-11-29T00:00:00Z', start: '2026-11-29T00:00:00Z' },
    { period: 'week', every: 2, moment: '2026-11-29T00:00:00Z', start: '2026-11-22T00:00:00Z' },
    { period: 'month', every: 1, moment: '2028-02-29T23:59:59.999Z', start: '2028-02-01T00:00:00Z' },
    { period: 'month', every: 2, moment: '2026-12-31T23:59:59Z', start: '2026-11-01T00:00:00Z' },
    { period: 'month', every: 3, moment: '2026-12-31T23:59:59Z', start: '2026-10-01T00:00:00Z' },
    { period: 'month', every: 3, moment: '2027-01-01T00:00:00Z', start: '2027-01-01T00:00:00Z' },
  ] as const)('of $period × $every at $moment begins at $start', ({ moment, start, ...rule }) => {
    expect(windowStart(rule, new Date(moment))).toEqual(new Date(start))
  })

  const rule = fc.record({
    period: fc.constantFrom('hour', 'day', 'week', 'month'),
    every: fc.integer({ min: 1, max: 3 }),
  })
  const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2034-01-01'), noInvalidDate: true })

  it('has its own beginning as beginning, and everything since is in it', () => {
    fc.assert(
      fc.property(rule, moment, fc.double({ min: 0, max: 1, noNaN: true }), (one, at, part) => {
        const start = windowStart(one, at)
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime())
        const between = new Date(start.getTime() + Math.floor(part * (at.getTime() - start.getTime())))
        expect(windowStart(one, between)).toEqual(start)
        expect(windowStart(one, new Date(start.getTime() - 1)).getTime()).toBeLessThan(start.getTime())
      }),
    )
  })

  it('of weeks begins on a Sunday, and of months on the first', () => {
    fc.assert(
      fc.property(rule, moment, (one, at) => {
        const start = windowStart(one, at)
        if (one.period === 'week') expect(start.getUTCDay()).toBe(0)
        if (one.period === 'month') expect(start.getUTCDate()).toBe(1)
        expect(start.getTime() % 3_600_000).toBe(0)
      }),
    )
  })
})

describe('a day of the calendar', () => {
  test.each([
    ['1970-01-02', 1],
    ['2024-02-29', 19_782],
  ])('%s has its number', (date, number) => expect(dayNumber(date)).toBe(number))
  test.each(['2026-02-29', '2026-13-01', '2026-04-31', '2026-00-10', '2026-01-00'])('%s is none', date =>
    expect(dayNumber(date)).toBeNaN(),
  )
})

const ZONES: Record<string, readonly string[]> = {
  'Europe/Amsterdam': ['2024-03-31', '2024-10-27', '2025-03-30', '2025-10-26'],
  'America/New_York': ['2024-03-10', '2024-11-03', '2025-03-09', '2025-11-02'],
  'Australia/Lord_Howe': ['2024-04-07', '2024-10-06', '2025-04-06', '2025-10-05'],
  'Africa/Casablanca': ['2024-03-10', '2024-04-14', '2025-02-23', '2025-04-06'],
  'America/Sao_Paulo': ['2017-10-15', '2018-02-18', '2018-11-04', '2019-02-17'],
  'Pacific/Apia': ['2010-09-26', '2011-04-02', '2011-12-29', '2011-12-31'],
  'Asia/Kolkata': ['2024-05-01'],
  UTC: ['2024-05-01'],
}

// The oracle: what the engine writes on the clock of a zone at one minute, and the words of the rule.
const clocks = new Map<string, Intl.DateTimeFormat>()
const onTheWall = (zone: string, ms: number): { date: string; time: string } => {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...digits, ...time })
    clocks.set(zone, clock)
  }
  const [date = '', hours = ''] = clock.format(ms).split(' ')
  return { date, time: hours }
}
const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
const isDayOf = (period: QuietPeriod, date: string): boolean =>
  period.kind === 'weekly'
    ? period.days.includes(WEEKDAYS[new Date(date).getUTCDay()]!)
    : date >= period.from && date <= period.to
const isQuietByHand = (periods: readonly QuietPeriod[], zone: string, ms: number): boolean => {
  const { date, time } = onTheWall(zone, ms)
  return periods.some(period => {
    if (period.hours === null) return isDayOf(period, date)
    const { from, to } = period.hours
    if (from < to) return isDayOf(period, date) && time >= from && time < to
    return (isDayOf(period, date) && time >= from) || (isDayOf(period, dayBefore(date)) && time < to)
  })
}
const WEEK_MS = 7 * 86_400_000
const endByHand = (periods: readonly QuietPeriod[], zone: string, ms: number): number | undefined => {
  if (!isQuietByHand(periods, zone, ms)) return ms
  for (let at = (Math.floor(ms / 60_000) + 1) * 60_000; at - ms <= WEEK_MS; at += 60_000)
    if (!isQuietByHand(periods, zone, at)) return at
  return undefined
}

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45', '59'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`)
const hours = fc.option(
  fc.record({ from: time, to: time }).filter(one => one.from !== one.to),
  { freq: 5 },
)
const weekly = fc.record({
  kind: fc.constant('weekly' as const),
  days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
  hours,
})
const someDay = (base: string, more: number): string =>
  new Date(Date.parse(base) + more * 86_400_000).toISOString().slice(0, 10)
const situation = fc
  .constantFrom(...Object.keys(ZONES))
  .chain(zone => fc.record({ zone: fc.constant(zone), base: fc.constantFrom(...ZONES[zone]!) }))
  .chain(({ zone, base }) => {
    const dates = fc
      .record({ from: fc.integer({ min: -3, max: 2 }), days: fc.integer({ min: 0, max: 3 }), hours })
      .map(one => ({
        ...{ kind: 'dates' as const, hours: one.hours },
        ...{ from: someDay(base, one.from), to: someDay(base, one.from + one.days) },
      }))
    return fc.record({
      zone: fc.constant(zone),
      periods: fc.array(fc.oneof(weekly, dates), { minLength: 1, maxLength: 5 }),
      // Near a move of the clock, or anywhere within a year and a half of it.
      ms: fc.oneof(
        fc.integer({ min: -36 * 60, max: 60 * 60 }).map(minutes => Date.parse(base) + minutes * 60_000),
        fc.integer({ min: -540 * 86_400, max: 540 * 86_400 }).map(s => Date.parse(base) + s * 1_000),
      ),
    })
  })

describe('quiet hours', () => {
  it('are those that a clock on the wall shows, and end when it shows something else', () => {
    fc.assert(
      fc.property(situation, ({ zone, periods, ms }) => {
        const [spans, at] = [quietSpans(periods), new Date(ms)]
        expect(isQuiet(spans, zoneOf(zone)!, at)).toBe(isQuietByHand(periods, zone, ms))
        const end = quietUntil(spans, zoneOf(zone)!, at).getTime()
        const byHand = endByHand(periods, zone, ms)
        if (byHand === undefined) expect(end - ms).toBeGreaterThan(WEEK_MS)
        else expect(new Date(end)).toEqual(new Date(byHand))
      }),
      { numRuns: 200 },
    )
  })

  const amsterdam = zoneOf('Europe/Amsterdam')!
  const nights: QuietPeriod[] = [{ kind: 'weekly', days: ['monday'], hours: { from: '21:00', to: '09:00' } }]
  it('past midnight belong to the day they begin', () => {
    const quietAt = (moment: string) => isQuiet(quietSpans(nights), amsterdam, new Date(moment))
    expect(quietAt('2026-11-23T08:00:00+01:00')).toBe(false)
    expect(quietAt('2026-11-23T21:00:00+01:00')).toBe(true)
    expect(quietAt('2026-11-24T08:59:59+01:00')).toBe(true)
    expect(quietAt('2026-11-24T09:00:00+01:00')).toBe(false)
  })

  it('that touch are one', () => {
    const periods: QuietPeriod[] = [
      ...nights,
      { kind: 'weekly', days: ['tuesday'], hours: { from: '09:00', to: '12:30' } },
      { kind: 'dates', from: '2026-11-24', to: '2026-11-24', hours: { from: '12:00', to: '13:00' } },
    ]
    expect(quietUntil(quietSpans(periods), amsterdam, new Date('2026-11-23T22:00:00+01:00'))).toEqual(
      new Date('2026-11-24T13:00:00+01:00'),
    )
  })

  it('without an end are longer than a week', () => {
    const always = quietSpans([{ kind: 'weekly', days: [...WEEKDAYS], hours: null }])
    const now = new Date('2026-03-28T12:00:00Z')
    expect(quietUntil(always, amsterdam, now).getTime() - now.getTime()).toBeGreaterThan(WEEK_MS)
  })
})
