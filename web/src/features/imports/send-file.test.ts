/** Sending a file in pieces: where it goes on after a cut, and when it gives up. */
import type { Import } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../../api.ts'
import { PIECE_BYTES, type SendPort, sendFile } from './send-file.ts'

const SIZE = 2.5 * PIECE_BYTES
const file = new File([new Uint8Array(SIZE)], 'people.csv', { type: 'text/csv' })

const problem = (status: number, code: string, pointer?: string): ApiProblem =>
  new ApiProblem({
    ...{ status, code, title: code, detail: '', instance: '' },
    errors: pointer === undefined ? [] : [{ pointer, message: 'm' }],
  })

const importOf = (bytes: number, state: Import['state'] = 'uploading'): Import => ({
  ...{ id: 'i', name: 'people.csv', format: 'csv', state, bytes, size: SIZE, position: 0 },
  ...{ rows: 0, created: 0, updated: 0, skipped: 0, refused: 0, guess: [], mapping: null },
  ...{ createdAt: '', createdBy: '', startedAt: null, finishedAt: null },
})

/** A server that keeps what it takes; `fate` may fail a call, before or after its bytes are kept. */
const setup = (fate: (call: number) => { error: ApiProblem; kept?: boolean } | undefined) => {
  let bytes = 0
  let calls = 0
  const offsets: number[] = []
  const waits: number[] = []
  const now = (): Import => importOf(bytes, bytes === SIZE ? 'uploaded' : 'uploading')
  const port: SendPort = {
    append: async (_id, piece) => {
      const failing = fate(++calls)
      offsets.push(piece.offset)
      if (failing === undefined || failing.kept === true) {
        if (piece.offset !== bytes) throw problem(400, 'payload_invalid', '/offset')
        bytes += piece.bytes.size
      }
      if (failing !== undefined) throw failing.error
      return now()
    },
    read: async () => now(),
    wait: async ms => void waits.push(ms),
    told: () => undefined,
  }
  return { port, offsets, waits, send: () => sendFile(file, importOf(0), port) }
}

describe('a file', () => {
  it('goes in pieces, one behind the other', async () => {
    const { send, offsets, waits } = setup(() => undefined)
    expect((await send()).state).toBe('uploaded')
    expect(offsets).toEqual([0, PIECE_BYTES, 2 * PIECE_BYTES])
    expect(waits).toEqual([])
  })

  it('goes on where the server says, whether the lost call was taken or not', async () => {
    const lost = problem(0, 'network')
    const { send, offsets, waits } = setup(call =>
      call === 2 ? { error: lost } : call === 3 ? { error: lost, kept: true } : undefined,
    )
    expect((await send()).state).toBe('uploaded')
    expect(offsets).toEqual([0, PIECE_BYTES, PIECE_BYTES, 2 * PIECE_BYTES])
    expect(waits).toEqual([1_000, 2_000])
  })

  it('waits longer after each cut, and half a minute at most', async () => {
    const { send, waits } = setup(call => (call < 9 ? { error: problem(503, 'unavailable') } : undefined))
    await send()
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('is over when another page sent the rest', async () => {
    const { port } = setup(() => ({ error: problem(400, 'resource_state') }))
    const done = { ...port, read: async () => importOf(SIZE, 'running') }
    expect((await sendFile(file, importOf(PIECE_BYTES), done)).state).toBe('running')
  })

  it('is given up when the server refuses it', async () => {
    for (const error of [
      problem(400, 'payload_invalid', ''),
      problem(401, 'session_missing'),
      problem(404, 'not_found'),
    ]) {
      const { send, waits } = setup(() => ({ error }))
      await expect(send()).rejects.toBe(error)
      expect(waits).toEqual([])
    }
  })
})
