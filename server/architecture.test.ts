/** The architecture as a test: folders are totally ordered, imports point back, nothing cycles at run time. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

// The order of this list is the architecture: a file imports only its own folder and places before it.
const ORDER = [
  ...[
    'lib',
    'db',
    'imports',
    'channels',
    'profiles',
    'audiences',
    'consent',
    'rules',
    'tracking',
    'content',
    'messages',
    'campaigns',
    'delivery',
    'feedback',
  ],
  ...['privacy', 'reports', 'http', 'config.ts', 'roles', 'cli', 'main.ts'],
]
const repository = resolve(import.meta.dirname, '..')
const server = resolve(import.meta.dirname, 'src')

const sourcesOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => /\.tsx?$/.test(name))
        .map(name => join(folder, name))
    : []

const IMPORT =
  /^(?:import|export)\b(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
// `import type` vanishes at run time, so two files of one idea may name each other's types.
const VALUE = /^(?:import|export)\b(?! type\b)(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"]+)['"]/gm

const importsOf = (file: string, pattern = IMPORT): string[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(match => match[1] ?? match[2] ?? '')
// The version is in the repository's package.json, which is data and imports nothing.
const localImportsOf = (file: string, pattern = IMPORT): string[] =>
  importsOf(file, pattern)
    .filter(target => target.startsWith('.'))
    .map(target => resolve(dirname(file), target))
    .filter(target => target !== join(repository, 'package.json'))

const all = sourcesOf(server)
const files = all.filter(file => !/\.(test|contract)\.ts$/.test(file))
const nameOf = (file: string): string => relative(server, file).split(sep).join('/')
const placeOf = (file: string): string =>
  nameOf(file)
    .split('/')[0]!
    .replace(/^(config|main)\.test\.ts$/, '$1.ts')
const rankOf = (file: string): number => ORDER.indexOf(placeOf(file))

describe('the server', () => {
  test('every folder and file at the top has its place in the order', () => {
    expect(all.filter(file => rankOf(file) === -1).map(nameOf)).toEqual([])
  })

  test('every import points back along the order', () => {
    const wrong = files.flatMap(file =>
      localImportsOf(file)
        .filter(target => rankOf(target) > rankOf(file) || !target.startsWith(server + sep))
        .map(target => `${nameOf(file)} must not import ${nameOf(target)}`),
    )
    expect(wrong).toEqual([])
  })

  test('no import cycles at run time', () => {
    const done = new Set<string>()
    const path: string[] = []
    const visit = (file: string): void => {
      if (done.has(file) || !files.includes(file)) return
      const cycle = path.includes(file) ? [...path.slice(path.indexOf(file)), file] : []
      expect(cycle.map(nameOf), 'a cycle').toEqual([])
      path.push(file)
      localImportsOf(file, VALUE).forEach(visit)
      path.pop()
      done.add(file)
    }
    files.forEach(visit)
  })

  test('only config.ts reads the environment', () => {
    const readers = files.filter(file => /\bprocess\s*\.\s*env\b/.test(withoutComments(file)))
    expect(readers.map(nameOf)).toEqual(['config.ts'])
  })

  test('SQL never asks for the time', () => {
    const asking = files.filter(
      file =>
        /\.store\.ts$/.test(file) &&
        /\bnow\(\)\s*[,)]|\bcurrent_timestamp\b/i.test(readFileSync(file, 'utf8')),
    )
    expect(asking.map(nameOf)).toEqual([])
  })

  test('ARCHITECTURE.md lists the same order', () => {
    const text = readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8')
    const listed = /<!-- order -->\s*```\s*([^`]+?)\s*```/.exec(text)?.[1]?.split(/[\s·]+/)
    expect(listed).toEqual(ORDER)
  })
})

describe('the packages', () => {
  const foreign = (folder: string, allowed: RegExp): string[] =>
    sourcesOf(join(repository, folder, 'src'))
      .filter(file => !/\.test\.tsx?$|\/test\//.test(file))
      .flatMap(file =>
        importsOf(file)
          .filter(target => !target.startsWith('.') && !allowed.test(target))
          .map(target => `${relative(repository, file)} must not import ${target}`),
      )

  test('contract imports nothing but typebox', () => {
    expect(foreign('contract', /^typebox$/)).toEqual([])
  })

  test('template imports nothing but its regular expressions', () => {
    expect(foreign('template', /^re2js$/)).toEqual([])
  })

  test('the studio reaches the server by HTTP only', () => {
    const reaching = sourcesOf(join(repository, 'web', 'src')).filter(file =>
      importsOf(file).some(target => target.includes('server/') || target === '@carillon/server'),
    )
    expect(reaching).toEqual([])
  })

  test('the server imports its neighbours by their names, never by their files', () => {
    const reaching = files.filter(file =>
      importsOf(file).some(target => /^@carillon\/\w+\/|\/(contract|template|web)\/src/.test(target)),
    )
    expect(reaching.map(nameOf)).toEqual([])
  })
})

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}
