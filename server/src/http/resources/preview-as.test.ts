import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'

let api: TestApi
let campaignId: string
const content = {
  subject: 'Hi {{profile.person.name.firstName}}',
  html: '<p>{{context.code}}</p>',
  text: null,
}

beforeAll(async () => {
  api = await createTestApi()
  campaignId = (await api.api('POST /campaigns', { name: 'Preview', content })).body.id
})
afterAll(() => api.close())

const person = async (identities: object[], attributes: object): Promise<string> =>
  (await api.api('POST /profiles', { identities, attributes })).body.id
const preview = async (profileId: string, given: object = { profile: {}, context: { code: '42' } }) =>
  api.api(`POST /campaigns/${campaignId}/preview`, { ...given, profileId })

describe('a preview as a person', () => {
  it('has the attributes of the person and the address that a call would go to', async () => {
    const id = await person([{ namespace: 'email', value: 'noor@example.test' }], {
      person: { name: { firstName: 'Noor' } },
      personalEmail: { address: 'noor@work.test' },
    })
    const { body } = await preview(id)
    expect(body).toMatchObject({
      ...{ subject: 'Hi Noor', findings: [] },
      person: { profileId: id, userId: 'noor@example.test', address: 'noor@work.test', reason: null },
    })
    expect(body.html).toContain('42')
  })

  it('lays what the call says over the attributes, never over what the person chose', async () => {
    const id = await person([{ namespace: 'email', value: 'over@example.test' }], {
      person: { name: { firstName: 'Before' } },
      consents: { marketing: { email: { val: 'n' } } },
    })
    const profile = {
      person: { name: { firstName: 'After' } },
      consents: { marketing: { email: { val: 'y' } } },
    }
    const shown = { ...content, html: '{{profile.consents.marketing.email.val}}' }
    const { body } = await preview(id, { profile, context: {}, content: shown })
    expect(body).toMatchObject({ subject: 'Hi After', html: 'n' })
  })

  it('shows the content and says why the person would be left out', async () => {
    const id = await person([{ namespace: 'crm', value: 'C-9' }], { person: { name: { firstName: 'Cor' } } })
    expect((await preview(id)).body).toMatchObject({
      subject: 'Hi Cor',
      person: {
        ...{ userId: null, address: null, reason: 'identity_missing' },
        reasonText: 'The person has no identity in the namespace of the campaign',
      },
    })
  })

  it('of given data is of no person, and nobody of another sandbox can be shown', async () => {
    const { body } = await api.api(`POST /campaigns/${campaignId}/preview`, { profile: {}, context: {} })
    expect(body.person).toBeNull()
    const unknown = await preview('018f0000-0000-7000-8000-000000000000')
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '/profileId'])
  })
})
