import type { SmtpSettings } from '@carillon/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../test/carillon.ts'
import type { TransportRow } from '../campaigns/transport.store.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { type ScriptedSmtp, startScriptedSmtp } from '../channels/email/scripted-smtp.ts'
import { createTransports, type Transports } from './transports.ts'

let old: ScriptedSmtp
let young: ScriptedSmtp
let transports: Transports
let row: TransportRow | undefined
let read: () => Promise<TransportRow | undefined>
let ms = 0
let n = 0

const to = (server: ScriptedSmtp, more: Partial<SmtpSettings> = {}): TransportRow => ({
  id: 't',
  kind: 'smtp',
  sandboxName: 'dev',
  smtp: { host: '127.0.0.1', port: server.port, security: 'none', connections: 2, ...more },
})
const mail = (): RenderedEmail => ({
  messageId: `m${++n}`,
  envelope: { from: 'a@example.test', to: 'b@example.test' },
  raw: Buffer.from('Subject: x\r\n\r\nx\r\n'),
})
const send = () => transports.channel('t').send(mail())

beforeEach(async () => {
  old = await startScriptedSmtp()
  young = await startScriptedSmtp()
  row = to(old)
  read = async () => row
  const clock = { now: () => new Date(ms), monotonicMs: () => ms }
  transports = createTransports({
    sinks: { smtp: young.port, http: 0, push: { http: 0, http2: 0 } },
    clock,
    read: () => read(),
  })
})
afterEach(async () => {
  await transports.close()
  await Promise.all([old.close(), young.close()])
})

describe('the channel of a transport', () => {
  it('goes to the new server within two seconds of a change', async () => {
    expect((await send()).kind).toBe('accepted')
    row = to(young)
    ms += 2_000
    expect((await send()).kind).toBe('accepted')
    expect([old.received.length, young.received.length]).toEqual([1, 1])
  })

  it('finishes at the old server what it has begun there', async () => {
    let release = (): void => undefined
    const wait = new Promise<void>(resolve => {
      release = resolve
    })
    old.follow(step => (step === 'dot' ? { wait } : undefined))
    const begun = send()
    await eventually('the mail', () => old.received.length === 1)
    row = to(young)
    ms += 2_000
    expect((await send()).kind).toBe('accepted')
    expect(young.received).toHaveLength(1)
    release()
    expect((await begun).kind).toBe('accepted')
    await eventually('the old connection to be closed', () => old.open() === 0)
  })

  it('takes every message of many that come while it changes', async () => {
    await send()
    row = to(young)
    ms += 2_000
    const outcomes = await Promise.all(Array.from({ length: 40 }, send))
    expect(outcomes.map(outcome => outcome.kind)).toEqual(outcomes.map(() => 'accepted'))
    expect(old.received.length + young.received.length).toBe(41)
  })

  it('keeps its connections when only rates changed', async () => {
    await send()
    row = to(old, { ratePerSecond: 5, domainLimits: [{ domain: 'example.test', ratePerSecond: 1 }] })
    ms += 2_000
    await send()
    expect(old.connections()).toBe(1)
  })

  it('has as many slots as its settings say', async () => {
    row = to(old, { connections: 3 })
    await send()
    expect(transports.channel('t').slots).toBe(3)
    row = to(old, { connections: 40 })
    ms += 2_000
    await send()
    expect(transports.channel('t').slots).toBe(40)
  })

  it('is refused for now when the transport was removed, and works when it is there again', async () => {
    await send()
    row = undefined
    ms += 2_000
    expect(await send()).toMatchObject({ kind: 'retry', code: 'transport_missing' })
    row = to(young)
    ms += 2_000
    expect((await send()).kind).toBe('accepted')
  })

  it('goes on with what it knows while the settings cannot be read, or are slow to come', async () => {
    await send()
    for (const away of [
      () => Promise.reject(new Error('away')),
      () => new Promise<undefined>(() => undefined),
    ]) {
      read = away
      ms += 2_000
      expect((await send()).kind).toBe('accepted')
    }
  })

  it('is refused for now when the settings could never be read', async () => {
    read = () => Promise.reject(new Error('away'))
    expect(await send()).toEqual({ kind: 'retry', code: 'transport_unreadable', answer: 'away' })
    read = async () => row
    expect((await send()).kind).toBe('accepted')
  })

  it('of a sandbox goes to the sink', async () => {
    row = { id: 't', kind: 'sandbox_smtp', sandboxName: 'dev' }
    await send()
    expect(young.received).toHaveLength(1)
  })

  it('takes nothing once it is closed', async () => {
    await send()
    await transports.close()
    expect(await send()).toMatchObject({ kind: 'retry', code: 'ECLOSED' })
    await eventually('the connection to be closed', () => old.open() === 0)
  })
})
