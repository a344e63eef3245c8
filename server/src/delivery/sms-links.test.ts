/** Which link of the campaign an address in a short message is. */
import { expect, it } from 'vitest'
import { shortenLinks } from '../channels/sms/short-links.ts'
import { createLinkBook } from '../tracking/link-book.ts'
import { linkedText } from './sms-links.ts'

const BASE = 'https://l.test'

/** The addresses of the links that a template's short ones are counted as. */
const countedAs = (template: string, word = ''): readonly string[] => {
  const book = createLinkBook()
  const { text, linkAt } = linkedText(book.markText(template).replace('{{context.word}}', word), book)
  const { urls, places } = shortenLinks(text, BASE)
  return urls.map((url, index) => linkAt(places[index] ?? -1, url).url)
}

it('is what the template says, and of what data brought the host', () => {
  expect(countedAs('See https://shop.test/{{context.word}}.', '17')).toEqual([
    'https://shop.test/{{context.word}}',
  ])
  expect(countedAs('{{context.word}} or https://shop.test/b', 'https://x.test/1')).toEqual([
    'https://x.test/…',
    'https://shop.test/b',
  ])
})

it('is not that of a link which is left alone and begins with the same letters', () => {
  const short = `${BASE}/s/abcdefghij`
  expect(countedAs(`${short} then {{context.word}}`, `${BASE}/s`)).toEqual([`${BASE}/…`])
  expect(countedAs(`{{context.word}} then ${BASE}/s`, short)).toEqual([`${BASE}/s`])
})
