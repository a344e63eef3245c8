/** What the API shows of every import, whatever its rows become. */
import type { Import, LookupImport } from '@carillon/contract'
import type { ImportRecord } from '../../imports/import.store.ts'

/** The members that all imports have. */
export const importView = (
  one: ImportRecord,
): Omit<Import & LookupImport, 'skipped' | 'guess' | 'mapping'> => ({
  ...{ id: one.id, name: one.name, format: one.format, state: one.state },
  ...{ bytes: one.bytes, size: one.size, position: one.position },
  rows: one.created_count + one.updated_count + one.skipped_count + one.refused_count,
  ...{ created: one.created_count, updated: one.updated_count, refused: one.refused_count },
  ...{ createdAt: one.created_at.toISOString(), createdBy: one.created_by },
  startedAt: one.started_at?.toISOString() ?? null,
  finishedAt: one.finished_at?.toISOString() ?? null,
})
