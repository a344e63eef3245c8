import type { Profile } from '@carillon/contract'
import { expect, it } from 'vitest'
import { devicesOf } from './devices.ts'

const device = (token: string) => ({ appID: 'shop', token, platform: 'fcm' }) as const
const profile = (pushNotificationDetails: unknown): Profile => ({
  ...{ id: 'p', identities: [], createdAt: '', modifiedAt: '' },
  attributes: { pushNotificationDetails },
})

it('shows the devices of a profile, and nothing that is none', () => {
  expect(devicesOf(profile([device('a'), 'x', null, { appID: 1 }]))).toEqual([device('a')])
  expect(devicesOf(profile({ a: 1 }))).toEqual([])
  expect(devicesOf(profile(undefined))).toEqual([])
})
