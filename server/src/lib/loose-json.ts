/** Looks into JSON of strangers without believing its shape. Pure. */

/** The members of a value; none, when it is no object. */
export const treeOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}

/** The moment of a text or of seconds since 1970; null: it is none. */
export const momentOf = (value: unknown): Date | null => {
  const isText = typeof value === 'string' && value !== ''
  const at = new Date(typeof value === 'number' ? value * 1_000 : isText ? value : Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at
}
