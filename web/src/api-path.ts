/** Paths of the API. */

/** A path whose parts are encoded. */
export const at = (path: TemplateStringsArray, ...parts: string[]): string =>
  String.raw({ raw: path }, ...parts.map(encodeURIComponent))
