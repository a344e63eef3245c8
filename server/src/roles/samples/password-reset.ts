/** Sample campaign: a link to choose a new password, worthless after ten minutes and therefore never sent later. */
import type { SampleCampaign } from '../seed-samples.ts'
import { button, frame, note, paragraph } from './layout.ts'

const html = frame({
  preview: 'The link works for 10 minutes.',
  title: 'Choose a new password',
  body: [
    paragraph('Hello {%= profile.person.name.firstName ?: "there" %},'),
    paragraph('Somebody, probably you, asked to reset the password of your account. Choose a new one here:'),
    button('{{context.resetLink}}', 'Choose a new password'),
    note('The link works once, within 10 minutes. If the button does nothing, open this address:'),
    note(
      '<a href="{{context.resetLink}}" style="color:#7d4e12;word-break:break-all">{{context.resetLink}}</a>',
    ),
    note('You did not ask for this? Then do nothing: your password stays as it is.'),
  ].join('\n              '),
  footer: 'You get this mail because somebody asked to reset the password of your account.',
})

const text = `Hello {%= profile.person.name.firstName ?: "there" %},

Somebody, probably you, asked to reset the password of your account. Choose a new one here:

{{context.resetLink}}

The link works once, within 10 minutes. You did not ask for this? Then do nothing: your password stays as it is.
`

/** Live from the first start. */
export const passwordReset: SampleCampaign = {
  name: 'Password reset',
  description: 'A one-time link. Messages expire after 10 minutes, so that a late one is never sent.',
  live: true,
  tags: ['sample', 'account'],
  channel: 'email',
  content: { subject: 'Choose a new password', html, text },
  messageExpirySeconds: 600,
  sample: {
    profile: { person: { name: { firstName: 'Ada' } } },
    context: { resetLink: 'https://shop.example.test/reset?code=Zt7-4kQ' },
  },
}
