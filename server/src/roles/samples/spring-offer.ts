/** Sample campaign: an offer to an audience. */
import type { AudienceRule } from '@carillon/contract'
import type { SampleCampaign } from '../seed-samples.ts'
import { button, frame, note, paragraph } from './layout.ts'

const html = frame({
  preview: 'Ten per cent off every bell, until Sunday.',
  title: 'Spring is in the air',
  body: [
    paragraph('Hello {%= profile.person.name.firstName ?: "there" %},'),
    paragraph(
      'Until Sunday every bell is ten per cent off with the code <strong>{%= context.code ?: "SPRING10" %}</strong>.',
    ),
    button('https://shop.example.test/spring', 'Hear them ring'),
    note('One code for each order; not on gift cards.'),
  ].join('\n              '),
  footer:
    'You get this mail because you are a customer of ours and did not opt out of offers. <a href="{%= context.system.preferencesUrl %}">Choose what you get</a>, or <a href="{%= context.system.unsubscribeUrl %}">get no offers</a>.',
})

/** Whom it goes to: everybody who does not refuse marketing by email. */
export const offerAudience: {
  readonly name: string
  readonly description: string
  readonly rule: AudienceRule
} = {
  name: 'May get offers by email',
  description: 'Everybody who has not refused marketing by email.',
  rule: { kind: 'and', rules: [{ kind: 'consent', channel: 'email', refuses: false }] },
}

/** Live at the first start; it is sent from its page, or by a call for an audience. */
export const springOffer: SampleCampaign = {
  name: 'Spring offer',
  description: 'A marketing campaign: it goes to an audience, and only to people who may get it.',
  live: true,
  marketing: true,
  tags: ['sample', 'offers'],
  channel: 'email',
  content: { subject: 'Ten per cent off every bell', html, text: null },
  messageExpirySeconds: null,
  sample: {
    profile: { person: { name: { firstName: 'Ada' } } },
    context: { code: 'SPRING10' },
  },
}
