/**
 * Sends a file piece by piece from where the server's part of it ends, and goes on after every cut by asking the server
 * anew. Knows neither React nor the page: what calls, waits and reads the file is given.
 */
import { IMPORT_PIECE_BYTES, type Import } from '@carillon/contract'
import { ApiProblem } from '../../api.ts'

/** How much is sent by one call. */
export const PIECE_BYTES = 4 * IMPORT_PIECE_BYTES

/** What sending needs of the page. */
export interface SendPort {
  readonly append: (id: string, piece: { offset: number; bytes: Blob }) => Promise<Import>
  readonly read: (id: string) => Promise<Import>
  /** Rejects when the person cancels meanwhile. */
  readonly wait: (ms: number) => Promise<void>
  /** Called after every piece (`error` null) and after every cut, before the wait. */
  readonly told: (one: Import, error: unknown) => void
}

/** The file, as far as sending needs it. */
type Sliced = Pick<File, 'slice' | 'type'>

const LONGEST_WAIT_MS = 30_000

// Somebody else sent a piece, or an answer was lost: where the file ends now is asked from the server.
const isMisplaced = ({ problem }: ApiProblem): boolean =>
  problem.code === 'resource_state' || problem.errors.some(one => one.pointer === '/offset')

const isPassing = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  (error.problem.status === 0 ||
    error.problem.status === 429 ||
    error.problem.status >= 500 ||
    isMisplaced(error))

const waitMs = (cuts: number): number => Math.min(1_000 * 2 ** (cuts - 1), LONGEST_WAIT_MS)

/** Sends what is missing; resolves with the import when it takes no more bytes, rejects when it never will. */
export const sendFile = async (file: Sliced, begun: Import, port: SendPort): Promise<Import> => {
  let one = begun
  for (let cuts = 0; one.state === 'uploading'; ) {
    try {
      if (cuts > 0) one = await port.read(one.id)
      if (one.state !== 'uploading') break
      const bytes = file.slice(one.bytes, one.bytes + PIECE_BYTES, file.type)
      one = await port.append(one.id, { offset: one.bytes, bytes })
      cuts = 0
      port.told(one, null)
    } catch (error) {
      if (!isPassing(error)) throw error
      cuts += 1
      port.told(one, error)
      await port.wait(waitMs(cuts))
    }
  }
  return one
}
