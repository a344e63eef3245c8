/** All functions of the language in one table. A new family of functions adds its file, and one line here. */
import { CONVERSION_FUNCTIONS } from './conversion-functions.ts'
import { DATE_FUNCTIONS } from './date-functions.ts'
import { FORMAT_FUNCTIONS } from './format-functions.ts'
import type { FunctionSpec } from './function-spec.ts'
import { upgrade } from './legacy.ts'
import { LIST_FUNCTIONS } from './list-functions.ts'
import { NUMBER_FUNCTIONS } from './number-functions.ts'
import { TEXT_FUNCTIONS } from './text-functions.ts'

/** Every function by name. A map, so that a name like `constructor` finds nothing. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ...[TEXT_FUNCTIONS, CONVERSION_FUNCTIONS, LIST_FUNCTIONS, NUMBER_FUNCTIONS].flatMap(table =>
    Object.entries(upgrade(table)),
  ),
  ...[DATE_FUNCTIONS, FORMAT_FUNCTIONS].flatMap(table => Object.entries(table)),
])
