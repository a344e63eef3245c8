/**
 * Builds what runs: the server (dist/carillon.mjs, with the parts it reads as it needs them and its migrations) and the studio
 * (web/dist). Each part keeps the hash of its sources, and is built only when that changed.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binOf, ensureInstalled, fail, hashOf, root, run, withProgress } from './steps.mjs'

const shared = [
  'contract/package.json',
  'contract/src',
  'template/package.json',
  'template/src',
  'package-lock.json',
  'scripts/build.mjs',
]

const parts = [
  {
    name: 'server',
    sources: [...shared, 'server/package.json', 'server/src'],
    stamp: 'dist/.sources',
    product: 'dist/carillon.mjs',
    make: () => buildServer(),
  },
  {
    name: 'studio',
    sources: [
      ...shared,
      'web/package.json',
      'web/index.html',
      'web/vite.config.ts',
      'web/postcss.config.mjs',
      'web/public',
      'web/src',
    ],
    stamp: 'web/dist/.sources',
    product: 'web/dist/index.html',
    make: () => buildStudio(),
  },
]

const manifestOf = name => JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))

// Of hundreds of modules each: to read them one by one took longer than all the rest of a start.
const BUNDLED = ['typebox', 'libphonenumber-js', 'jose', 'postal-mime', 'csv-parse']

// The other packages stay outside the bundle (some carry binaries); our own workspaces go into it.
const externals = () =>
  ['contract', 'template', 'server']
    .map(manifestOf)
    .flatMap(({ dependencies = {}, optionalDependencies = {} }) =>
      Object.keys({ ...dependencies, ...optionalDependencies }),
    )
    .filter(name => !name.startsWith('@carillon/') && !BUNDLED.includes(name))

const buildServer = async () => {
  const { build: bundle, stop } = await import('esbuild')
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: { carillon: 'server/src/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    external: externals().flatMap(name => [name, `${name}/*`]),
    metafile: true,
    logLevel: 'warning',
  })
  // Its service would stay beside the running product.
  await stop()
  // Only now: a build that fails leaves the program that was there, and its workers.
  const made = new Set(Object.keys(metafile.outputs).map(path => basename(path)))
  for (const name of readdirSync(join(root, 'dist')))
    if (!made.has(name)) rmSync(join(root, 'dist', name), { recursive: true })
  cpSync(join(root, 'server/src/db/migrations'), join(root, 'dist/migrations'), { recursive: true })
}

const buildStudio = async () => {
  const web = join(root, 'web')
  const vite = binOf('vite', 'vite', createRequire(join(web, 'package.json')))
  const code = await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web })
  if (code !== 0) throw new Error(`vite build ended with ${code}`)
}

const stampOf = part => {
  const file = join(root, part.stamp)
  return existsSync(file) && existsSync(join(root, part.product)) ? readFileSync(file, 'utf8') : undefined
}

/** Builds the parts whose sources changed (all of them when `force` is set); the process ends when one fails. */
export const build = async ({ force = false } = {}) => {
  const due = parts
    .map(part => ({ ...part, hash: hashOf(part.sources) }))
    .filter(part => force || stampOf(part) !== part.hash)
  if (due.length === 0) return
  mkdirSync(join(root, 'dist'), { recursive: true })
  const make = async part => {
    await part.make()
    writeFileSync(join(root, part.stamp), part.hash)
  }
  const outcomes = await withProgress(`Building ${due.map(part => part.name).join(' and ')}`, () =>
    Promise.allSettled(due.map(make)),
  )
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${due[index].name}: ${outcome.reason.message}`] : [],
  )
  if (failed.length > 0) fail(`the build failed. ${failed.join('; ')}`)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await ensureInstalled()
  await build({ force: process.argv.includes('--force') })
}
