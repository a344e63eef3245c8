import { readFileSync } from 'node:fs'
import { ERRORS } from '@carillon/contract'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

test('docs/errors.md lists every code of the catalogue with its status, and no other', () => {
  const documented = [...page.matchAll(/^\| `(\w+)` *\| (\d{3}) *\|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  )
  const catalogue = Object.entries(ERRORS).map(([code, { status }]) => `${code} ${status}`)
  expect([...documented].sort()).toEqual([...catalogue].sort())
})
