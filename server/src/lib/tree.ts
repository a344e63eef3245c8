/** JSON objects with members of any name. Pure. */

/** A JSON object. */
export type Tree = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Sets an own, named member: a hostile `__proto__` becomes a member like any other. */
export const put = (target: Record<string, unknown>, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
