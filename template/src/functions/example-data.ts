/** The data and the moment of every example in the function reference. Knows no function. */

/** What `profile` and `context` are in the examples. */
export const EXAMPLE_DATA = {
  profile: {
    person: { name: { firstName: 'Ada' }, birthDate: '1990-12-10', age: 35 },
    segmentMembership: { ups: { a1: { status: 'existing' } } },
  },
  context: {
    name: 'Ada',
    price: '49.90',
    prices: [3, 4.5, null],
    orders: [
      { sku: 'lamp', price: 10 },
      { sku: 'desk', price: 240 },
      { sku: 'chair', price: 80 },
    ],
    map: { a: 1, b: 'two' },
    ordered: '2024-11-01T17:19:51Z',
  },
} as const

/** The clock of the examples: 2024-12-02T10:15:30.5Z. */
export const EXAMPLE_NOW_MS = Date.UTC(2024, 11, 2, 10, 15, 30, 500)
