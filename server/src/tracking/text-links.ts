/** The marks in plain text that lead from an address to its template. Pure. */

/** What a mark in plain text begins with; no character that a text can mean, like the one that ends it. */
export const TEXT_MARK_START = '\uFDD0'

/** In front of an address in plain text: its number. */
export const TEXT_MARK = /\uFDD0(\d{1,6})\uFDD1/g

/** The mark of a number. */
export const textMark = (n: number): string => `${TEXT_MARK_START}${n}\uFDD1`
