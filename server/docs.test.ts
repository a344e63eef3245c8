/** The documentation of the language is what the code makes of it today. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GENERATED_PARTS, withGeneratedParts } from '../template/src/reference/markdown.ts'

const page = readFileSync(new URL('../docs/template-language.md', import.meta.url), 'utf8')

test('every generated part stands in docs/template-language.md, as npm run docs writes it now', () => {
  for (const name of Object.keys(GENERATED_PARTS)) expect(page).toContain(`<!-- generated: ${name} -->`)
  expect(withGeneratedParts(page)).toBe(page)
})
