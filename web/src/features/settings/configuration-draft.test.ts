/** The draft of a configuration. */
import { expect, test } from 'vitest'
import { domainsText, readDomains } from './configuration-draft.ts'

test('domains survive being typed, with and without a host of links', () => {
  const domains = readDomains('A.test\n\n b.test , links.b.test \n')
  expect(domains).toEqual([
    { domain: 'a.test', linkHost: null },
    { domain: 'b.test', linkHost: 'links.b.test' },
  ])
  expect(domainsText({ dynamicDomain: { expression: '', domains } })).toBe('a.test\nb.test, links.b.test')
})
