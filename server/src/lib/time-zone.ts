/** Whether a text names a time zone that this machine knows. */

/** True for an IANA name such as `Europe/Amsterdam`, and for `UTC`. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
