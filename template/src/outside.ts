/** What a render may ask of the world, through the caller. Everything is synchronous: what must be loaded first is `PENDING`. */
import type { ValueObject } from './values.ts'

/**
 * The answer is not here yet. The caller notes what was asked, loads it and renders again; the text of a render
 * that met a pending answer is thrown away. A render has no side effects, so this is always safe.
 */
export const PENDING = Symbol('pending')
export type Pending = typeof PENDING

/** A published fragment. `version` changes whenever the source does: it is the key under which it is kept compiled. */
export interface FragmentSource {
  readonly id: string
  readonly version: string
  readonly source: string
}

/** The published fragments that a template can name by a literal id. The same id always gives the same source. */
export interface FragmentLibrary {
  get(id: string): FragmentSource | undefined
}

/** Why a text could not be encrypted, or the encrypted text. */
export type Encrypted =
  | { readonly kind: 'encrypted'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }
  | Pending

/** The caller's side of the helpers. Each may be left out: its helper then fails the render with a named error. */
export interface Outside {
  /** `fragment` with an id that is only known at the render. Null: there is no published fragment of this id. */
  fragment?(id: string): FragmentSource | null | Pending
  /** `datasetLookup`: the row of a lookup table by its key, null where there is none, undefined where the table itself is unknown. */
  lookup?(dataset: string, key: string): ValueObject | null | undefined | Pending
  /** `encrypt`: AES-256-GCM under a key of the registry; the current version where none is named. */
  encrypt?(text: string, key: { readonly name: string; readonly version: string | null }): Encrypted
  /** `executionMetadata`: stores a pair with the sending; what is too much is the caller's to cut. */
  metadata?(key: string, value: string): void
  /** `url`: the address to print in place of the one given. */
  link?(url: string, options: { readonly type: string | null; readonly action: string | null }): string
}

/** Fragments that were loaded before compiling: those that a template names by a literal id. */
export interface FragmentLibrary {
  get(id: string): FragmentSource | undefined
}
