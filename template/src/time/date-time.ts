/** A point in time with the place it is told in, as java.time's ZonedDateTime and OffsetDateTime. Knows no text but its own. */
import { type CivilTime, civilTimeOf } from './civil.ts'
import { offsetText } from './offsets.ts'

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

const digits = (value: number, width: number): string => String(value).padStart(width, '0')

const yearText = (year: number): string => (year < 0 ? `-${digits(-year, 4)}` : digits(year, 4))

/** Three, six or nine digits: as few as hold the value. */
const fractionText = (nano: number): string => {
  const all = digits(nano, 9)
  if (nano % 1_000_000 === 0) return all.slice(0, 3)
  return nano % 1_000 === 0 ? all.slice(0, 6) : all
}

const secondsText = ({ second, nano }: CivilTime): string => {
  if (second === 0 && nano === 0) return ''
  return `:${digits(second, 2)}${nano === 0 ? '' : `.${fractionText(nano)}`}`
}

/** Immutable. Data cannot hold one: only functions make them. The year in its place is within -9999 … 9999. */
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

  /** Seconds since 1970-01-01T00:00 by the clock of its place. */
  get localSecond(): number {
    return this.epochSecond + this.offsetSeconds
  }

  /** What the clock of its place shows. */
  toCivil(): CivilTime {
    return civilTimeOf(this.localSecond, this.nano)
  }

  /**
   * In java.time's form: seconds only where there are some, the fraction in groups of three digits, a named zone in
   * brackets (`Z[UTC]` too: the region UTC is a name).
   */
  toString(): string {
    const civil = this.toCivil()
    const date = `${yearText(civil.year)}-${digits(civil.month, 2)}-${digits(civil.day, 2)}`
    const time = `${digits(civil.hour, 2)}:${digits(civil.minute, 2)}${secondsText(civil)}`
    const zone = this.zone === null ? '' : `[${this.zone}]`
    return `${date}T${time}${offsetText(this.offsetSeconds)}${zone}`
  }
}
