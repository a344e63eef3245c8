/** What compiling makes. Knows nothing of how. */
import type { Escape } from './escape.ts'
import type { FragmentSource } from './outside.ts'
import type { Run } from './run.ts'
import type { Names } from './scope.ts'

/** A compiled piece of a template: appends to `run.out`. */
export type Emit = (run: Run) => void

/** A compiled tree; `depth` is the number of frames that a render needs. */
export interface Program {
  readonly emit: Emit
  readonly depth: number
}

/** A fragment that is ready to be rendered inside of a template. */
export interface Part extends Program {
  readonly source: string
}

/** What holds for a template and all its fragments. */
export interface Shared {
  readonly names: Names
  readonly escapeText: Escape
  /** The fragment that a literal id names, or undefined where it is only found at the render. */
  readonly fixedPart: (id: string) => Part | undefined
  /** A fragment found at the render, compiled; undefined when it has errors. */
  readonly loosePart: (found: FragmentSource) => Part | undefined
}
