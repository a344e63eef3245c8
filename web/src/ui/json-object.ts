/** Reads a JSON object that a person types. */
import type { Json } from '../api.ts'

/** The object, or why it is none: `syntax` with the parser's words, or `shape` when it is JSON of another kind. */
type JsonReading =
  | { readonly kind: 'object'; readonly value: Json }
  | { readonly kind: 'syntax'; readonly message: string }
  | { readonly kind: 'shape' }

/** Reads it. An empty field is an empty object. */
export const readJsonObject = (text: string): JsonReading => {
  if (text.trim() === '') return { kind: 'object', value: {} }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'shape' }
    return { kind: 'object', value: value as Json }
  } catch (error) {
    return { kind: 'syntax', message: error instanceof Error ? error.message : String(error) }
  }
}
