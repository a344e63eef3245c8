/** The saver against a fake server and a hand-driven clock. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAutosave, flushOrFail, type SaveState } from './autosave.ts'

interface Doc {
  a: string
  b: string
}

const setup = () => {
  const server: { doc: Partial<Doc>; revision: number; refuse: string | null; calls: Partial<Doc>[] } = {
    doc: {},
    revision: 1,
    refuse: null,
    calls: [],
  }
  const states: SaveState['kind'][] = []
  let timer: (() => void) | null = null
  const gates: (() => void)[] = []
  let gated = false
  const saver = createAutosave<Doc>({
    revision: 1,
    restMs: 800,
    isConflict: error => error instanceof Error && error.message === 'conflict',
    schedule: run => {
      timer = run
      return () => {
        if (timer === run) timer = null
      }
    },
    onState: state => states.push(state.kind),
    save: async (patch, revision) => {
      server.calls.push(patch)
      if (gated) await new Promise<void>(open => gates.push(open))
      if (server.refuse !== null) throw new Error(server.refuse)
      if (revision !== server.revision) throw new Error('conflict')
      Object.assign(server.doc, patch)
      server.revision += 1
      return server.revision
    },
  })
  return {
    server,
    states,
    saver,
    tick: () => timer?.(),
    hasTimer: () => timer !== null,
    gate: (on: boolean) => {
      gated = on
    },
    open: () => {
      for (const go of gates.splice(0)) go()
    },
  }
}

describe('autosave', () => {
  it('gathers changes until the rest is over and sends them as one patch', async () => {
    const s = setup()
    s.saver.change({ a: '1' })
    s.saver.change({ a: '2', b: 'x' })
    expect(s.server.calls).toEqual([])
    expect(s.saver.isDirty()).toBe(true)
    s.tick()
    await s.saver.flush()
    expect(s.server.calls).toEqual([{ a: '2', b: 'x' }])
    expect(s.saver.isDirty()).toBe(false)
    expect(s.states).toEqual(['waiting', 'waiting', 'saving', 'saved'])
  })

  it('sends what was typed during a save in the next one', async () => {
    const s = setup()
    s.gate(true)
    s.saver.change({ a: '1' })
    const first = s.saver.flush()
    s.saver.change({ a: '2' })
    s.gate(false)
    s.open()
    await first
    expect(s.hasTimer()).toBe(true)
    await s.saver.flush()
    expect(s.server.doc).toEqual({ a: '2' })
    expect(s.saver.state().kind).toBe('saved')
  })

  it('keeps refused changes under newer ones and sends both on the next try', async () => {
    const s = setup()
    s.server.refuse = 'down'
    s.saver.change({ a: 'old', b: 'kept' })
    await s.saver.flush()
    expect(s.saver.state().kind).toBe('failed')
    s.server.refuse = null
    s.saver.change({ a: 'new' })
    await s.saver.flush()
    expect(s.server.doc).toEqual({ a: 'new', b: 'kept' })
  })

  it('does not send over a conflict until told to overwrite', async () => {
    const s = setup()
    s.server.revision = 7
    s.saver.change({ a: 'mine' })
    await s.saver.flush()
    expect(s.saver.state().kind).toBe('conflict')
    s.saver.change({ b: 'more' })
    await s.saver.flush()
    expect(s.server.doc).toEqual({})
    await s.saver.overwrite(7)
    expect(s.server.doc).toEqual({ a: 'mine', b: 'more' })
  })

  it('ends with the last value of every member, whatever fails on the way', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('change' as const), patch: fc.record({ a: fc.string() }) }),
      fc.record({ do: fc.constant('change' as const), patch: fc.record({ b: fc.string() }) }),
      fc.record({ do: fc.constantFrom('flush' as const, 'down' as const, 'up' as const, 'tick' as const) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const s = setup()
        const last: Partial<Doc> = {}
        for (const one of steps) {
          if (one.do === 'change') {
            Object.assign(last, one.patch)
            s.saver.change(one.patch)
          }
          if (one.do === 'flush') await s.saver.flush()
          if (one.do === 'tick') s.tick()
          if (one.do === 'down') s.server.refuse = 'down'
          if (one.do === 'up') s.server.refuse = null
        }
        s.server.refuse = null
        await s.saver.flush()
        await s.saver.flush()
        expect(s.server.doc).toEqual(last)
        expect(s.saver.isDirty()).toBe(false)
      }),
    )
  })

  it('fails a deed that needs what is typed to be stored, with the reason why it is not', async () => {
    const s = setup()
    s.saver.change({ a: '1' })
    s.server.refuse = 'broken'
    await expect(flushOrFail(s.saver)).rejects.toThrow('broken')
    s.server.refuse = null
    await flushOrFail(s.saver)
    expect(s.server.doc).toEqual({ a: '1' })
  })
})
