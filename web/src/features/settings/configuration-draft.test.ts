/** The draft of a configuration, and what it can be sent with. */
import type { Transport } from '@carillon/contract'
import { expect, test } from 'vitest'
import { domainsText, newDrafts, readDomains, withChannel, withPatch } from './configuration-draft.ts'
import { membersToChoose } from './group-members.ts'

test('domains survive being typed, with and without a host of links', () => {
  const domains = readDomains('A.test\n\n b.test , links.b.test \n')
  expect(domains).toEqual([
    { domain: 'a.test', linkHost: null },
    { domain: 'b.test', linkHost: 'links.b.test' },
  ])
  expect(domainsText({ dynamicDomain: { expression: '', domains } })).toBe('a.test\nb.test, links.b.test')
})

test('another channel and back keeps what was typed, and takes along what all channels have', () => {
  const typed = withPatch(newDrafts([]), { name: 'Shop', labels: ['eu'], fromAddress: 'shop@example.test' })
  const sms = withChannel(typed, 'sms')
  expect(sms.drafts[sms.channel]).toMatchObject({ channel: 'sms', name: 'Shop', labels: ['eu'], sender: '' })
  const back = withChannel(withPatch(sms, { name: 'Shop 2', sender: 'Shop' }), 'email')
  expect(back.drafts[back.channel]).toMatchObject({ name: 'Shop 2', fromAddress: 'shop@example.test' })
  const again = withChannel(back, 'sms')
  expect(again.drafts[again.channel]).toMatchObject({ name: 'Shop 2', sender: 'Shop' })
})

test('a group offers transports of one channel, and not the Inbox beside a provider', () => {
  const kinds = ['smtp', 'ses', 'sandbox_smtp', 'twilio', 'sandbox_twilio'] as const
  const transports = kinds.map(kind => ({ id: kind, kind }) as Transport)
  const ids = (...chosen: string[]) => membersToChoose(transports, chosen).map(one => one.id)
  expect(ids()).toEqual(kinds)
  expect(ids('ses')).toEqual(['smtp', 'ses'])
  expect(ids('sandbox_twilio')).toEqual(['sandbox_twilio'])
  expect(ids('smtp', 'twilio')).toEqual(['smtp', 'ses', 'twilio'])
})
