/**
 * The steps that several scripts share: which folder this is, installing and building what is missing, running a
 * program. Uses Node alone, because it runs before anything is installed. Knows nothing of what the product does.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const windows = process.platform === 'win32'
const require = createRequire(join(root, 'package.json'))

/** Ends the script with one sentence on stderr. */
export const fail = (sentence, code = 1) => {
  process.stderr.write(`carillon: ${sentence}\n`)
  process.exit(code)
}

/** The Node version that the product needs; an older one ends the script with what to do. */
export const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Node ${process.versions.node} is too old: install Node 24 (20.19 is the oldest that works).`, 2)
}

/** Runs a program to its end and answers its exit code; an end by a signal counts as 1. */
export const run = (program, args, options = {}) =>
  new Promise(done => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', error => {
      process.stderr.write(`carillon: ${program} could not be started: ${error.message}\n`)
      done(127)
    })
    child.on('exit', code => done(code ?? 1))
  })

/** The file behind an installed package's `bin`. */
export const binOf = (name, bin = name, from = require) => {
  const manifest = findManifest(name, from)
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8'))
  return join(dirname(manifest), typeof bins === 'string' ? bins : bins[bin])
}

// A package may hide its package.json behind `exports`, so the folders are looked through by hand.
const findManifest = (name, from) => {
  for (const folder of from.resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json')
    if (existsSync(file)) return file
  }
  return fail(`the package ${name} is not installed; run npm ci.`)
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex')

const stampFile = join(root, 'node_modules', '.carillon-installed')
const readIfThere = file => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

// npm's own record is written last, so a newer one also means a complete installation made by hand.
const installedByHand = () => {
  const record = join(root, 'node_modules', '.package-lock.json')
  return existsSync(record) && statSync(record).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

// npm is a .cmd file on Windows, which Node starts only through a shell; npm's own script needs none.
const npmCommand = () => {
  const script = process.env.npm_execpath
  return script?.endsWith('npm-cli.js')
    ? { program: process.execPath, first: [script], shell: false }
    : { program: 'npm', first: [], shell: windows }
}

/** Installs the packages of the lock file when they are missing or belong to another lock file. */
export const ensureInstalled = async () => {
  requireNode()
  const wanted = lockHash()
  if (readIfThere(stampFile) === wanted) return
  if (readIfThere(stampFile) === undefined && installedByHand()) return
  const { program, first, shell } = npmCommand()
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const code = await withProgress('Installing packages (once)', () =>
    run(program, [...first, ...args], { shell }),
  )
  if (code !== 0) fail(`installing the packages failed (npm ci ended with ${code}).`)
  writeFileSync(stampFile, wanted)
}

/** Says what runs and, when it takes long, that it still runs: a line each ten seconds. */
export const withProgress = async (title, work) => {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  process.stderr.write(`${title} …\n`)
  const timer = setInterval(() => process.stderr.write(`  still running, ${seconds()} s\n`), 10_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    process.stderr.write(`  done in ${seconds()} s\n`)
  }
}

const filesUnder = path => {
  const full = join(root, path)
  if (!existsSync(full)) return []
  if (statSync(full).isFile()) return [path]
  return readdirSync(full, { withFileTypes: true }).flatMap(entry =>
    entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesUnder(join(path, entry.name)),
  )
}

const isTest = file => /\.(test|contract)\.tsx?$/.test(file)

/** A hash over names and contents of the files under the paths, tests apart: it changes when a build would. */
export const hashOf = paths => {
  const hash = createHash('sha256')
  const files = paths
    .flatMap(filesUnder)
    .filter(file => !isTest(file))
    .sort()
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

/** Installs and builds what is missing or out of date. */
export const ensureBuilt = async () => {
  await ensureInstalled()
  const { build } = await import('./build.mjs')
  await build()
}
