/** All functions of the language in one table. A new family of functions adds its file, and one line here. */
import { AGGREGATE_FUNCTIONS } from './aggregate-functions.ts'
import { CONVERSION_FUNCTIONS } from './conversion-functions.ts'
import { DATE_FUNCTIONS } from './date-functions.ts'
import { ENCODING_FUNCTIONS } from './encoding-functions.ts'
import { FORMAT_FUNCTIONS } from './format-functions.ts'
import type { FunctionSpec } from './function-spec.ts'
import { LIST_FUNCTIONS } from './list-functions.ts'
import { MAP_FUNCTIONS } from './map-functions.ts'
import { NUMBER_FUNCTIONS } from './number-functions.ts'
import { OBJECT_FUNCTIONS } from './object-functions.ts'
import { createPatternFunctions } from './pattern-functions.ts'
import { TEXT_FUNCTIONS } from './text-functions.ts'
import { TEXT_SEARCH } from './text-search.ts'
import { URL_FUNCTIONS } from './url-functions.ts'

/** Every function by name. A map, so that a name like `constructor` finds nothing. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map(
  [
    TEXT_FUNCTIONS,
    TEXT_SEARCH,
    createPatternFunctions(),
    URL_FUNCTIONS,
    ENCODING_FUNCTIONS,
    CONVERSION_FUNCTIONS,
    LIST_FUNCTIONS,
    AGGREGATE_FUNCTIONS,
    MAP_FUNCTIONS,
    NUMBER_FUNCTIONS,
    DATE_FUNCTIONS,
    FORMAT_FUNCTIONS,
    OBJECT_FUNCTIONS,
  ].flatMap(table => Object.entries(table)),
)
