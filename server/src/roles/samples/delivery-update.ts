/** Sample campaign, left a draft: something to finish, review and activate. */
import type { SampleCampaign } from '../seed-samples.ts'
import { button, frame, note, paragraph } from './layout.ts'

const html = frame({
  preview: 'Your parcel is on its way.',
  title: 'Your parcel is on its way',
  body: [
    paragraph('Hello {%= profile.person.name.firstName ?: "there" %},'),
    paragraph(
      'The parcel with order <strong>{{context.order.number}}</strong> left our house. {%#if context.delivery.express%}It arrives tomorrow.{%else%}It arrives within three working days.{%/if%}',
    ),
    button('{{context.delivery.trackingLink}}', 'Follow the parcel'),
    note('Carrier: {%= context.delivery.carrier ?: "our own courier" %}'),
  ].join('\n              '),
  footer: 'You get this mail because you ordered something from us.',
})

/** A draft at the first start. */
export const deliveryUpdate: SampleCampaign = {
  name: 'Delivery update',
  description: 'A draft to try things with: change it, look at the preview, activate it.',
  live: false,
  tags: ['sample', 'orders'],
  channel: 'email',
  content: { subject: 'Your order {{context.order.number}} is on its way', html, text: null },
  messageExpirySeconds: null,
  sample: {
    profile: { person: { name: { firstName: 'Ada' } } },
    context: {
      order: { number: 'A-1001' },
      delivery: { express: true, carrier: 'Bell Post', trackingLink: 'https://shop.example.test/parcels/77' },
    },
  },
}
