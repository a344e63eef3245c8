/** What Node offers for comparison, typed by hand: the package knows no platform, and its types must not either. */

interface Bytes extends Uint8Array {
  toString(encoding?: 'base64'): string
}

interface Platform {
  readonly Buffer: {
    from(data: string | Uint8Array): Bytes
    byteLength(text: string): number
  }
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string }
  readonly URL: new (
    url: string,
  ) => {
    readonly hostname: string
    readonly hash: string
    readonly pathname: string
    readonly searchParams: { getAll(key: string): readonly string[] }
  }
  readonly process: {
    getBuiltinModule(name: 'node:crypto'): {
      createHash(name: string): { update(bytes: Uint8Array): { digest(encoding: 'hex'): string } }
    }
  }
}

/** The globals of Node that tests compare with. */
export const platform = globalThis as unknown as Platform
