/**
 * Backup and restore of the whole database as one gzip file of COPY texts, because the embedded package brings no
 * pg_dump. Streams both ways in constant memory; knows tables only by what the catalogue says of them.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { BackupError, type Frame, type FrameReader, frame, readFrames } from './backup-frames.ts'
import { migrate, newestMigration } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'
import { transaction } from './pool.ts'

interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

const FORMAT = 1
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

// Tables that others point at come first, so that foreign keys hold while rows are copied in.
const listTables = async (db: pg.PoolClient): Promise<Table[]> => {
  const { rows } = await db.query<Table & { readonly needs: string[] }>(
    `select c.relname as name,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
       array(select r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid where k.conrelid = c.oid and k.contype = 'f') as needs
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'
     order by c.relname`,
  )
  const sorted: (Table & { readonly needs: string[] })[] = []
  while (sorted.length < rows.length) {
    const placed = new Set(sorted.map(table => table.name))
    const next = rows.find(
      table => !placed.has(table.name) && table.needs.every(need => placed.has(need) || need === table.name),
    )
    if (next === undefined) throw new BackupError('The tables point at each other in a circle.')
    sorted.push(next)
  }
  return sorted.map(({ name, columns }) => ({ name, columns }))
}

async function* tableFrames(db: pg.PoolClient, table: Table): AsyncGenerator<Buffer> {
  yield frame('T', Buffer.from(JSON.stringify(table)))
  const columns = table.columns.map(quote).join(', ')
  const copy = db.query(copyTo(`copy (select ${columns} from ${quote(table.name)}) to stdout`))
  for await (const chunk of copy) yield frame('D', chunk as Buffer)
  yield frame('E', Buffer.from(JSON.stringify({ rows: copy.rowCount })))
}

async function* backupFrames(db: pg.PoolClient, head: object): AsyncGenerator<Buffer> {
  yield frame('H', Buffer.from(JSON.stringify(head)))
  for (const table of await listTables(db)) yield* tableFrames(db, table)
  yield frame('Z', Buffer.alloc(0))
}

/** Writes a consistent copy (one snapshot) of the database; the file appears only when it is whole. */
export const backup = async (pool: pg.Pool, file: string, options: { readonly now: Date }): Promise<void> => {
  const fresh = `${file}.part`
  try {
    await transaction(pool, async db => {
      await db.query('set transaction isolation level repeatable read, read only')
      const { rows } = await db.query<{ version: number }>('select max(version) as version from migration')
      const head = { format: FORMAT, migration: rows[0]?.version ?? 0, createdAt: options.now.toISOString() }
      await pipeline(
        Readable.from(backupFrames(db, head)),
        createGzip(),
        createWriteStream(fresh, { mode: 0o600 }),
      )
    })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

const readHead = (first: Frame | undefined): void => {
  if (first?.kind !== 'H') throw new BackupError('The file is no backup of Carillon.')
  const head = JSON.parse(first.payload.toString()) as { format: number; migration: number }
  if (head.format !== FORMAT)
    throw new BackupError(`The backup has format ${head.format}; this Carillon reads ${FORMAT}.`)
  if (head.migration > newestMigration())
    throw new BackupError('The backup was made by a newer Carillon. Update this one first.')
}

// Rows go in as they are read; a copy that cannot be finished is failed, or its connection would wait for ever.
const copyRows = async (
  db: pg.PoolClient,
  frames: FrameReader,
  table: Table,
): Promise<{ expected: number; copied: number }> => {
  const columns = table.columns.map(quote).join(', ')
  const copy = db.query(copyFrom(`copy ${quote(table.name)} (${columns}) from stdin`))
  const finished = once(copy, 'finish')
  finished.catch(() => undefined)
  try {
    let next = await frames.next()
    for (; next?.kind === 'D'; next = await frames.next())
      if (!copy.write(next.payload)) await Promise.race([once(copy, 'drain'), finished])
    if (next?.kind !== 'E') throw new BackupError('The backup is damaged: a table does not end.')
    copy.end()
    await finished
    return { expected: (JSON.parse(next.payload.toString()) as { rows: number }).rows, copied: copy.rowCount }
  } catch (error) {
    const closed = new Promise(resolve => copy.once('close', resolve))
    copy.on('error', () => undefined)
    copy.destroy(error as Error)
    await closed
    throw error
  }
}

const readTable = async (db: pg.PoolClient, frames: FrameReader, table: Table): Promise<void> => {
  const { expected, copied } = await copyRows(db, frames, table)
  if (expected !== copied)
    throw new BackupError(
      `The backup is damaged: ${table.name} should have ${expected} rows and has ${copied}.`,
    )
}

const emptyDatabase = async (db: pg.PoolClient, force: boolean): Promise<void> => {
  const tables = (await listTables(db)).map(table => quote(table.name)).join(', ')
  const { rowCount } = await db.query('select 1 from sandbox limit 1')
  if (rowCount && !force)
    throw new BackupError('The database is not empty. With --force everything in it is replaced.')
  await db.query(`truncate ${tables}`)
}

const readAll = async (db: pg.PoolClient, frames: FrameReader): Promise<void> => {
  for (;;) {
    const next = await frames.next()
    if (next?.kind === 'Z') return
    if (next?.kind !== 'T') throw new BackupError('The backup is damaged: it breaks off.')
    await readTable(db, frames, JSON.parse(next.payload.toString()) as Table)
  }
}

/** Reads a backup into an empty database (or, with `force`, over what is there): all of it in one transaction, or nothing. */
export const restore = async (
  pool: pg.Pool,
  file: string,
  options: { readonly force?: boolean; readonly nowMs?: number },
): Promise<void> => {
  const handle = await open(file)
  await migrate(pool)
  if (options.nowMs !== undefined) await ensurePartitions(pool, options.nowMs)
  const source = handle.createReadStream()
  const unzipped = source.pipe(createGunzip())
  source.on('error', error => unzipped.destroy(error))
  // Whoever reads the frames is told; the event itself must not end the process.
  unzipped.on('error', () => undefined)
  try {
    await transaction(pool, async db => {
      const frames = readFrames(unzipped)
      readHead(await frames.next())
      await emptyDatabase(db, options.force === true)
      await readAll(db, frames)
    })
  } catch (error) {
    if (/^Z_/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw new BackupError('The file is damaged, or no backup of Carillon.')
    throw error
  } finally {
    source.destroy()
  }
}
