/** `npm run docs`: writes the generated parts of docs/template-language.md from the code's own tables. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './steps.mjs'

const page = join(root, 'docs', 'template-language.md')
const source = pathToFileURL(join(root, 'template', 'src', 'reference', 'markdown.ts')).href
const { withGeneratedParts } = await import(source)
writeFileSync(page, withGeneratedParts(readFileSync(page, 'utf8')))
