/** Who works on content, where and when; and the refusals that all content resources share. */
import type pg from 'pg'
import { brokenUnique } from '../db/violations.ts'
import { Fault } from '../lib/fault.ts'

/** Who does it, in which sandbox, now. */
export interface Author {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

/** 404 for a resource that the author's sandbox does not have. */
export const missing = (what: string): Fault =>
  new Fault('not_found', { detail: `There is no such ${what} in this sandbox.` })

/** The value, or 404. */
export const orMissing = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw missing(what)
  return value
}

/** A member whose value another resource of the sandbox has. */
export const taken = (member: string, cause?: unknown): Fault =>
  new Fault('name_taken', {
    problems: [{ pointer: `/${member}`, message: 'is already used in this sandbox' }],
    cause,
  })

/** Runs a statement that writes a name; a name that is used already is refused. */
export const withFreeName = async <T>(statement: Promise<T>): Promise<T> => {
  try {
    return await statement
  } catch (error) {
    throw brokenUnique(error)?.endsWith('_name_key') ? taken('name', error) : error
  }
}
