import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMovedClock } from '../../test/app.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { BackgroundTask } from '../lib/background.ts'
import { csvLine } from '../lib/csv.ts'
import { uuidv7 } from '../lib/ids.ts'
import { countSuppressions, listSuppressions, upsertManual } from './suppression.store.ts'
import { readSuppressionCsv } from './suppression-csv.ts'
import { findUpload, insertUpload, listFailures } from './suppression-upload.store.ts'
import { suppressionTasks } from './suppression-upload.ts'

const newId = (): string => uuidv7(Date.now())
const clock = createMovedClock()
let test: TestDatabase
let sandboxId = ''

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  sandboxId = newId()
  await test.db.query(
    `insert into sandbox (id, name, production, created_at) values ($1, $2, false, '2026-01-01')`,
    [sandboxId, sandboxId],
  )
})

const uploadTask = (recordsAStep?: number): BackgroundTask => {
  const [task] = suppressionTasks({
    ...{ pool: test.db, clock, newId },
    ...(recordsAStep === undefined ? {} : { recordsAStep }),
  })
  if (task === undefined) throw new Error('there is no task')
  return task
}
const run = async (task: BackgroundTask): Promise<void> => {
  while (await task.advance());
}
const upload = async (
  content: string | Uint8Array,
  list: 'client' | 'allowed' = 'client',
): Promise<string> => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const now = clock.now()
  return (
    await insertUpload(test.db, {
      ...{ id: newId(), sandboxId, list, filename: 'f.csv', content: bytes, by: 'ada', now },
    })
  ).id
}
const jobOf = (id: string) => findUpload(test.db, sandboxId, id)
const valuesOf = async (list: 'client' | 'allowed' = 'client'): Promise<string[]> =>
  (await listSuppressions(test.db, { sandboxId, list, limit: 2_000, after: null }))
    .map(one => one.value)
    .sort()

describe('an upload', () => {
  it('lists good records and reports the others with their reasons', async () => {
    const id = await upload(
      [
        '\ufefftype,Value,COMMENT,more',
        'EMAIL,One@Example.test,"a ""quoted"", word",x',
        'email,two@example.test',
        '',
        'DOMAIN,MÜNCHEN.test,',
        'PHONE,+31,',
        'EMAIL,nobody,',
        'DOMAIN,a@b.test,',
        'EMAIL,three@example.test,naïve',
        `EMAIL,four@example.test,${'x'.repeat(501)}`,
        'EMAIL,nu\0l@example.test,\0',
        'EMAIL,TWO@example.test,again',
      ].join('\r\n'),
    )
    await run(uploadTask())
    expect(await valuesOf()).toEqual(['one@example.test', 'two@example.test', 'xn--mnchen-3ya.test'])
    expect(await jobOf(id)).toMatchObject({
      ...{ status: 'COMPLETE', recordCount: 10, handledCount: 10, failedCount: 6, problem: '' },
    })
    const failures = await listFailures(test.db, id, { after: 0, limit: 100 })
    expect(failures.map(({ n, reason }) => [n, reason])).toEqual([
      [4, 'TYPE must be EMAIL or DOMAIN'],
      [5, 'VALUE is not an email address'],
      [6, 'VALUE is not a domain'],
      [7, 'COMMENT must be printable ASCII'],
      [8, 'COMMENT must have at most 500 characters'],
      [9, 'VALUE is not an email address'],
    ])
    const { rows } = await test.db.query('select content from suppression_upload where id = $1', [id])
    expect(rows).toEqual([{ content: null }])
  })

  it.each([
    ['', 'The first line must be TYPE,VALUE,COMMENT.'],
    ['EMAIL,a@b.test,', 'The first line must be TYPE,VALUE,COMMENT.'],
    ['TYPE,VALUE,COMMENT\nEMAIL,"a@b.test,', 'A quoted field does not end where it should.'],
    [Uint8Array.of(0xff, 0xfe, 0x41), 'The file is not UTF-8 text.'],
  ])('of %j is refused as a whole', async (content, problem) => {
    const id = await upload(content)
    await run(uploadTask())
    expect(await jobOf(id)).toMatchObject({ status: 'ERROR', problem, handledCount: 0 })
    expect(await valuesOf()).toEqual([])
  })

  it('that is killed in any step goes on where it was, and counts nothing twice', async () => {
    const lines = Array.from({ length: 25 }, (_, n) =>
      n % 5 === 4 ? 'EMAIL,bad,' : `EMAIL,p${String(n).padStart(2, '0')}@example.test,`,
    )
    const id = await upload(`TYPE,VALUE,COMMENT\n${lines.join('\n')}`)
    await uploadTask(10).advance()
    expect(await jobOf(id)).toMatchObject({
      status: 'PENDING',
      recordCount: 25,
      handledCount: 10,
      failedCount: 2,
    })
    // A kill in the middle of a step: its connection is gone, and the database takes the step back.
    await test.db.query('alter table suppression_upload rename column failed_count to gone')
    await expect(uploadTask(10).advance()).rejects.toThrow()
    await test.db.query('alter table suppression_upload rename column gone to failed_count')
    expect(await valuesOf()).toHaveLength(8)
    await Promise.all([run(uploadTask(10)), run(uploadTask(10))])
    await run(uploadTask(10))
    expect(await jobOf(id)).toMatchObject({ status: 'COMPLETE', handledCount: 25, failedCount: 5 })
    expect(await valuesOf()).toHaveLength(20)
    expect((await listFailures(test.db, id, { after: 0, limit: 100 })).map(one => one.n)).toEqual([
      5, 10, 15, 20, 25,
    ])
  })

  it('fills an allowed list to 1,000 entries and refuses the rest', async () => {
    const listed = { sandboxId, list: 'allowed' } as const
    const entries = Array.from({ length: 997 }, (_, n) => ({
      ...{ id: newId(), type: 'email' as const, value: `a${n}@example.test`, comment: '', by: 'ada' },
    }))
    await upsertManual(test.db, listed, { entries, now: clock.now() })
    const more = ['a1', 'b1', 'b2', 'a2', 'b3', 'b4', 'b5'].map(name => `EMAIL,${name}@example.test,`)
    const id = await upload(`TYPE,VALUE,COMMENT\n${more.join('\n')}`, 'allowed')
    await run(uploadTask(3))
    expect(await countSuppressions(test.db, listed)).toBe(1_000)
    expect(await jobOf(id)).toMatchObject({ status: 'COMPLETE', handledCount: 7, failedCount: 2 })
    const failures = await listFailures(test.db, id, { after: 0, limit: 10 })
    expect(failures.map(one => one.value)).toEqual(['b4@example.test', 'b5@example.test'])
    expect(failures[0]?.reason).toBe('The allowed list has 1000 entries already')
  })
})

describe('the reader of files', () => {
  it('reads back what was written, whatever it holds', () => {
    const field = fc.string({ unit: 'grapheme' }).filter(text => Buffer.from(text).toString() === text)
    const record = fc.record({ type: fc.constant('EMAIL'), value: field, comment: field })
    fc.assert(
      fc.property(fc.array(record), records => {
        const lines = records.map(({ type, value, comment }) => csvLine([type, value, comment]))
        const file = readSuppressionCsv(Buffer.from(csvLine(['TYPE', 'VALUE', 'COMMENT']) + lines.join('')))
        expect(file).toEqual({
          ok: true,
          records: records.map((one, index) => ({ n: index + 1, ...one })),
        })
      }),
    )
  })

  it('answers any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(readSuppressionCsv(bytes)).toHaveProperty('ok')
      }),
    )
  })
})
