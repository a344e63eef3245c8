/** Formats of files, by their names. */
import { expect, it } from 'vitest'
import { fileName, formatOf } from './file-format.ts'

it('knows JSON Lines by the ending, and takes everything else for CSV', () => {
  expect(['a.jsonl', 'a.NDJSON', 'a.json', 'a.csv', 'a.txt', 'json'].map(name => formatOf({ name }))).toEqual(
    ['jsonl', 'jsonl', 'jsonl', 'csv', 'csv', 'csv'],
  )
})

it('gives a name one ending', () => {
  expect(fileName('refused-people.csv', 'csv')).toBe('refused-people.csv')
  expect(fileName('refused-people.jsonl', 'csv')).toBe('refused-people.csv')
  expect(fileName('prices v1.2', 'jsonl')).toBe('prices v1.2.jsonl')
})
