/** Sample campaign: the confirmation of an order, with a list of what was bought. */
import type { SampleCampaign } from '../seed-samples.ts'
import { button, cellStyle, frame, note, paragraph } from './layout.ts'

const html = frame({
  preview: 'We have received order {{context.order.number}} and are preparing it.',
  title: 'Thank you for your order',
  body: [
    paragraph('Hello {%= profile.person.name.firstName ?: "there" %},'),
    paragraph(
      'We have received your order <strong>{{context.order.number}}</strong> and are preparing it. This is what you bought:',
    ),
    `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px">
                <tr>
                  <th class="quiet" scope="col" align="left" style="${cellStyle};border-top:0;font-weight:600">Item</th>
                  <th class="quiet" scope="col" align="right" style="${cellStyle};border-top:0;font-weight:600">Price</th>
                </tr>
                {{#each context.items as |item|}}
                <tr>
                  <td class="text line" align="left" style="${cellStyle}">{{item.quantity}} &times; {{item.name}}</td>
                  <td class="text line" align="right" style="${cellStyle}">{{item.price}}</td>
                </tr>
                {{/each}}
                <tr>
                  <td class="text line" align="left" style="${cellStyle};font-weight:700">Total</td>
                  <td class="text line" align="right" style="${cellStyle};font-weight:700">{{context.order.total}}</td>
                </tr>
              </table>`,
    '{%#if context.order.trackingLink%}',
    button('{{context.order.trackingLink}}', 'Follow your order'),
    '{%/if%}',
    note('Is something wrong? Answer this mail and we will put it right.'),
  ].join('\n              '),
  footer: 'You get this mail because you ordered something from us.',
})

const text = `Hello {%= profile.person.name.firstName ?: "there" %},

We have received your order {{context.order.number}} and are preparing it. This is what you bought:

{{#each context.items as |item|}}- {{item.quantity}} x {{item.name}}: {{item.price}}
{{/each}}
Total: {{context.order.total}}
{%#if context.order.trackingLink%}
Follow your order: {{context.order.trackingLink}}
{%/if%}
Is something wrong? Answer this mail and we will put it right.
`

/** Live from the first start: the campaign of the printed trigger call. */
export const orderConfirmation: SampleCampaign = {
  name: 'Order confirmation',
  description:
    'Sent for each order. Shows a list from the call, a fallback for the first name and an optional button.',
  live: true,
  tags: ['sample', 'orders'],
  channel: 'email',
  content: { subject: 'Your order {{context.order.number}} is confirmed', html, text },
  messageExpirySeconds: null,
  sample: {
    profile: { person: { name: { firstName: 'Ada' } } },
    context: {
      order: { number: 'A-1001', total: '€ 84.50', trackingLink: 'https://shop.example.test/orders/A-1001' },
      items: [
        { name: 'Brass hand bell', quantity: 1, price: '€ 59.00' },
        { name: 'Sheet music, three rounds', quantity: 3, price: '€ 25.50' },
      ],
    },
  },
}
