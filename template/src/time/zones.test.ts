/** Offsets of zones: against the engine's names of them, across the changes of their clocks, and with hostile names. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseOffset } from './offsets.ts'
import { parseIso } from './parse-iso.ts'
import { atInstant, atLocal, zoneOf } from './zones.ts'

const ZONES = [
  'Europe/Paris',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
] as const

/** The offset as another formatter of the engine writes it: `GMT+05:30`. */
const writtenOffset = (zone: string, epochSecond: number): number | undefined => {
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const name = formatter.formatToParts(epochSecond * 1000).find(part => part.type === 'timeZoneName')?.value
  return parseOffset(name?.replace('GMT', '') || 'Z')
}

const moment = fc.integer({ min: Date.UTC(1975, 0) / 1000, max: Date.UTC(2045, 0) / 1000 })

describe('zones', () => {
  test('the offset at an instant is the one that the engine writes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moment, (name, epochSecond) => {
        expect(zoneOf(name)?.offsetAt(epochSecond)).toBe(writtenOffset(name, epochSecond))
      }),
    )
  })

  test('what a clock shows at an instant leads back to an instant at which it shows the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moment, (name, epochSecond) => {
        const zone = zoneOf(name)!
        const told = atInstant({ epochSecond, nano: 7 }, zone)!
        const { localSecond, offsetSeconds } = told
        expect(atLocal({ localSecond, nano: 7, offsetSeconds }, zone)).toEqual(told)
        expect(atLocal({ localSecond, nano: 7 }, zone)?.localSecond).toBe(localSecond)
        expect(atLocal({ localSecond, nano: 7 }, zone)?.epochSecond).toBeLessThanOrEqual(epochSecond)
      }),
    )
  })

  test.each([
    ['2024-03-31T02:30[Europe/Paris]', '2024-03-31T03:30+02:00[Europe/Paris]'],
    ['2024-10-27T02:30[Europe/Paris]', '2024-10-27T02:30+02:00[Europe/Paris]'],
    ['2024-03-10T02:00[America/New_York]', '2024-03-10T03:00-04:00[America/New_York]'],
    ['2024-11-03T01:59[America/New_York]', '2024-11-03T01:59-04:00[America/New_York]'],
    ['2024-10-06T02:15[Australia/Lord_Howe]', '2024-10-06T02:45+11:00[Australia/Lord_Howe]'],
    ['2024-04-07T01:45[Australia/Lord_Howe]', '2024-04-07T01:45+11:00[Australia/Lord_Howe]'],
    ['2011-12-30T12:00[Pacific/Apia]', '2011-12-31T12:00+14:00[Pacific/Apia]'],
    ['1700-01-01T00:00[America/New_York]', '1700-01-01T00:00-04:56:02[America/New_York]'],
    ['-0044-03-15T00:00[America/New_York]', '-0044-03-15T00:00-04:56:02[America/New_York]'],
    ['9999-07-01T00:00[Europe/Paris]', '9999-07-01T00:00+02:00[Europe/Paris]'],
  ])('the local time %s is %s', (local, told) => expect(String(parseIso(local))).toBe(told))

  test.each([
    ['Z', '2024-07-01T12:00Z'],
    ['+05:30', '2024-07-01T17:30+05:30'],
    ['-0930', '2024-07-01T02:30-09:30'],
    ['UTC', '2024-07-01T12:00Z[UTC]'],
    ['UTC+2', '2024-07-01T14:00+02:00[UTC+02:00]'],
    ['GMT-03:00', '2024-07-01T09:00-03:00[GMT-03:00]'],
    ['GMT+0', '2024-07-01T12:00Z[GMT]'],
    ['Etc/UTC', '2024-07-01T12:00Z[Etc/UTC]'],
    ['Asia/Kolkata', '2024-07-01T17:30+05:30[Asia/Kolkata]'],
  ])('noon of UTC is told in %s as %s', (zone, told) => {
    const epochSecond = Date.UTC(2024, 6, 1, 12) / 1000
    expect(String(atInstant({ epochSecond, nano: 0 }, zoneOf(zone)!))).toBe(told)
  })

  test.each([
    '',
    'Mars/Olympus',
    '+19:00',
    '+05:60',
    'UTC+',
    'UTC+99',
    '__proto__',
    'Europe/Paris ',
    '[UTC]',
  ])('"%s" is no zone', name => expect(zoneOf(name)).toBeUndefined())

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const zone = zoneOf(text)
        expect(zone === undefined || typeof zone.offsetAt(0) === 'number').toBe(true)
      }),
    )
    expect(zoneOf('A/'.repeat(500_000))).toBeUndefined()
  })

  test('an instant whose local year does not exist is not told', () => {
    const last = Date.UTC(9999, 11, 31, 23) / 1000
    expect(atInstant({ epochSecond: last, nano: 0 }, zoneOf('+05:00')!)).toBeUndefined()
    expect(atInstant({ epochSecond: Number.POSITIVE_INFINITY, nano: 0 }, zoneOf('Z')!)).toBeUndefined()
  })
})
