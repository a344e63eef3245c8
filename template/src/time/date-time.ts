/** A point in time with the place it is told in, as java.time's ZonedDateTime and OffsetDateTime. Knows no text but its own. */

/** The parts a `DateTime` is made of. */
export interface DateTimeParts {
  /** Whole seconds since 1970-01-01T00:00Z, negative before. */
  readonly epochSecond: number
  /** 0 … 999,999,999. */
  readonly nano: number
  /** Seconds east of UTC at this instant. */
  readonly offsetSeconds: number
  /** The IANA name, or null where only the offset is known. */
  readonly zone: string | null
}

/** Immutable. Data cannot hold one: only functions make them. */
export class DateTime implements DateTimeParts {
  readonly epochSecond: number
  readonly nano: number
  readonly offsetSeconds: number
  readonly zone: string | null

  constructor(parts: DateTimeParts) {
    this.epochSecond = parts.epochSecond
    this.nano = parts.nano
    this.offsetSeconds = parts.offsetSeconds
    this.zone = parts.zone
  }

  /** Negative, zero or positive: which instant comes first, wherever they are told. */
  compareTo(other: DateTime): number {
    return this.epochSecond - other.epochSecond || this.nano - other.nano
  }

  /** In java.time's form. */
  toString(): string {
    return new Date(this.epochSecond * 1000).toISOString()
  }
}
