/** The functions on objects used as maps from keys to values. */
import { type Run, spend } from '../run.ts'
import { isObject, ownProperty, type Value } from '../values.ts'
import { argument, type Described, type FunctionSpec, type FunctionTable, param } from './function-spec.ts'

const getMember = (args: readonly Value[]): Value => {
  const map = argument(args, 0)
  const key = argument(args, 1)
  return isObject(map) && (typeof key === 'string' || typeof key === 'number')
    ? ownProperty(map, String(key))
    : null
}

const keysOf = (map: Value): readonly string[] =>
  isObject(map) ? Object.keys(map).filter(key => key !== '__proto__') : []

const valuesOf = (map: Value): readonly Value[] =>
  isObject(map) ? keysOf(map).map(key => ownProperty(map, key)) : []

const onMap = (compute: (map: Value) => readonly Value[], described: Described): FunctionSpec => ({
  group: 'map',
  params: [param('map', 'map')],
  returns: 'list',
  ...described,
  call: (args, run: Run, offset) => {
    const list = compute(argument(args, 0))
    spend(run, list.length, offset)
    return list
  },
})

/** The functions by name. */
export const MAP_FUNCTIONS: FunctionTable = {
  get: {
    group: 'map',
    params: [param('map', 'map'), param('key', 'text')],
    returns: 'any',
    yields: 'member',
    summary: 'The value of a map under a key; blank where there is none.',
    examples: [
      ['get(context.map, "b")', 'two'],
      ['profile.segmentMembership.get("ups").get("a1").status', 'existing'],
    ],
    call: getMember,
  },
  keys: onMap(keysOf, { summary: 'The keys of a map.', examples: [['keys(context.map)', 'a,b']] }),
  values: onMap(valuesOf, { summary: 'The values of a map.', examples: [['values(context.map)', '1,two']] }),
}
