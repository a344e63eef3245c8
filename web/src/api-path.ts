/** Paths of the native API. */

/** A path with its parts made safe. */
export const at = (path: TemplateStringsArray, ...parts: string[]): string =>
  String.raw({ raw: path }, ...parts.map(encodeURIComponent))
