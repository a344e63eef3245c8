import { describe, expect, it } from 'vitest'
import { memberProblems } from './known-members.ts'

const pointersOf = (attributes: object): string[] =>
  memberProblems(attributes as Record<string, unknown>, '').map(one => one.pointer)
const device = (more: object = {}) => ({ appID: 'shop', token: 't-1', platform: 'fcm', ...more })
const devices = (...list: unknown[]) => ({ pushNotificationDetails: list })

describe('the attributes that Carillon reads', () => {
  it.each(['Europe/Amsterdam', 'UTC', null])('take the time zone %s', timeZone => {
    expect(pointersOf({ timeZone })).toEqual([])
  })

  it.each(['Amsterdam', '+02:00', '', 2, { id: 'UTC' }])('refuse the time zone %j', timeZone => {
    expect(pointersOf({ timeZone })).toEqual(['/timeZone'])
  })

  it.each(['nl', 'pt-BR', 'zh-Hant-TW', null])('take the language %s', preferredLanguage => {
    expect(pointersOf({ preferredLanguage })).toEqual([])
  })

  it.each(['nl_NL', '', 'a', 'english language', ['nl']])('refuse the language %j', preferredLanguage => {
    expect(pointersOf({ preferredLanguage })).toEqual(['/preferredLanguage'])
  })

  it('take push devices, with what else is said of them', () => {
    const identity = { namespace: { code: 'ECID' }, id: '1' }
    expect(pointersOf(devices(device({ denylisted: true, identity }), device({ token: 't-2' })))).toEqual([])
    expect(pointersOf({ pushNotificationDetails: null })).toEqual([])
  })

  it('refuse push devices, each wrong member with its pointer', () => {
    const at = '/pushNotificationDetails'
    expect(pointersOf({ pushNotificationDetails: {} })).toEqual([at])
    expect(pointersOf(devices(...Array.from({ length: 51 }, (_, n) => device({ token: `${n}` }))))).toEqual([
      at,
    ])
    expect(pointersOf(devices(device(), 'x'))).toEqual([`${at}/1`])
    expect(pointersOf(devices({ platform: 'pager', denylisted: 'no' }))).toEqual([
      ...[`${at}/0/appID`, `${at}/0/token`, `${at}/0/platform`, `${at}/0/denylisted`],
    ])
    expect(pointersOf(devices(device({ token: 'x'.repeat(4_097), appID: ' ' })))).toEqual([
      ...[`${at}/0/appID`, `${at}/0/token`],
    ])
    expect(pointersOf(devices(device({ vapidKey: 1 })))).toEqual([`${at}/0/vapidKey`])
    expect(pointersOf(devices(device(), device()))).toEqual([`${at}/1/token`])
  })
})
