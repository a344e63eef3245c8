/** Reads texts out of the search part of an address. Pure. */

/** One text, under its name; an empty one is none. A bare number in an address is a text too. */
export const readText = <N extends string>(raw: Record<string, unknown>, name: N): { [K in N]?: string } => {
  const value = raw[name]
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' ? ({ [name]: text } as { [K in N]?: string }) : {}
}
