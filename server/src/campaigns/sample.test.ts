/** The call that a campaign's page shows is one that the campaign accepts. */
import { HighThroughputRequest, UnitaryRequest } from '@carillon/contract'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { withDefaults } from './campaign.ts'
import { triggerSample } from './sample.ts'

const sampleOf = (highThroughput: boolean) =>
  triggerSample(
    {
      campaignId: '01990000-0000-7000-8000-000000000001',
      requestId: 'request-1',
      fragments: { get: () => undefined },
      properties: withDefaults({
        highThroughput,
        content: { subject: 'Hi {{context.name}}', html: '<p>{{profile.person.name}}</p>', text: null },
        sample: { profile: { tier: 'gold' }, context: { name: 'Ada' } },
      }),
    },
    { publicUrl: 'http://localhost:8080', organization: 'org', sandboxName: 'dev' },
  )

describe('the sample call', () => {
  it('of a usual campaign uses the unitary route and brings a profile', () => {
    const { url, body, curl } = sampleOf(false)
    expect(url).toBe('http://localhost:8080/ajo/im/executions/unitary')
    expect(Value.Check(UnitaryRequest, body)).toBe(true)
    expect(body['recipients']).toMatchObject([
      { type: 'aep', profile: { tier: 'gold' }, context: { name: 'Ada' } },
    ])
    expect(curl).toContain(url)
  })

  it('of a high-throughput campaign uses its route, and names an external person without a profile', () => {
    const { url, body, curl } = sampleOf(true)
    expect(url).toBe('http://localhost:8080/ajo/im/executions/highthroughput')
    expect(Value.Check(HighThroughputRequest, body)).toBe(true)
    expect(body['recipients']).toEqual([
      { type: 'external', userId: 'ada@example.com', namespace: 'email', context: { name: 'Ada' } },
    ])
    expect(curl).toContain(url)
  })
})
