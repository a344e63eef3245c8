/** The scripts of a customer's site, run as a browser would: the page, and the service worker. */
import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { full, MESSAGE_ID, plain } from '../../channels/push/stand-in/under-test.ts'
import { webPayload } from '../../channels/push/web-push/web-payload.ts'
import { PAGE_SCRIPT, WORKER_SCRIPT } from './sdk.ts'

type Listener = (event: object) => void

const startWorker = () => {
  const listeners = new Map<string, Listener>()
  const [shown, opened]: [unknown[][], string[]] = [[], []]
  const reported: string[] = []
  const fetch = async (url: string, { method }: { method: string }) => {
    reported.push(`${method} ${url}`)
    throw new TypeError('no network')
  }
  const self = {
    registration: {
      scope: 'https://shop.example/',
      showNotification: async (...given: unknown[]) => void shown.push(given),
    },
    clients: { matchAll: async () => [], openWindow: async (url: string) => void opened.push(url) },
    addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
  }
  vm.runInNewContext(WORKER_SCRIPT, { self, URL, fetch })
  const fire = async (name: string, event: object): Promise<void> => {
    const waits: Promise<unknown>[] = []
    listeners.get(name)?.({ ...event, waitUntil: (one: Promise<unknown>) => waits.push(one) })
    await Promise.all(waits)
  }
  const push = (text: string) => fire('push', { data: { json: () => JSON.parse(text) } })
  const touch = async (action: string): Promise<void> => {
    const [, options] = shown.at(-1) ?? []
    const { data } = options as { data: unknown }
    await fire('notificationclick', { action, notification: { data, close: () => undefined } })
  }
  return { shown, opened, reported, push, touch }
}

describe('the service worker', () => {
  it('shows what was sent, with its picture and buttons', async () => {
    const worker = startWorker()
    await worker.push(webPayload(MESSAGE_ID, full))
    expect(JSON.parse(JSON.stringify(worker.shown[0]))).toMatchObject([
      'Ding é😀',
      {
        ...{ body: 'Ready', tag: 'order-1', renotify: true },
        ...{ icon: 'https://x.test/icon.png', image: 'https://x.test/bell.png' },
        actions: [
          { action: 'track', title: 'Track' },
          { action: 'no', title: 'Later' },
        ],
        data: { data: { order: 'A-1' } },
      },
    ])
  })

  it('opens the page of the button that was touched, the site itself, or nothing', async () => {
    const worker = startWorker()
    await worker.push(webPayload(MESSAGE_ID, full))
    await worker.touch('track')
    await worker.touch('no')
    await worker.push(webPayload(MESSAGE_ID, plain))
    await worker.touch('')
    expect(worker.opened).toEqual(['https://x.test/t', 'https://shop.example/'])
  })

  it('reports touches of the notification and of its buttons to where it came from, and goes on without', async () => {
    const worker = startWorker()
    const report = 'https://carillon.example/push/reports/token'
    await worker.push(webPayload(MESSAGE_ID, { ...full, report }))
    await worker.touch('')
    await worker.touch('track')
    await worker.touch('no')
    expect(worker.reported).toEqual(['', '?button=0', '?button=1'].map(query => `POST ${report}${query}`))
    expect(worker.opened).toHaveLength(2)
    await worker.push(webPayload(MESSAGE_ID, full))
    await worker.touch('')
    expect(worker.reported).toHaveLength(3)
  })

  it('follows no address but a page, and ignores pushes that are not ours', async () => {
    const worker = startWorker()
    const click = { type: 'deep_link', uri: 'javascript:alert(1)' } as const
    await worker.push(webPayload(MESSAGE_ID, { ...plain, click }))
    await worker.touch('')
    expect(worker.opened).toEqual(['https://shop.example/'])
    await worker.push('{"title":"of somebody else"}')
    expect(worker.shown).toHaveLength(1)
  })
})

interface CarillonPush {
  subscribe(options: object): Promise<string>
  unsubscribe(options: object): Promise<void>
}

const KEY = Buffer.from([4, ...Array.from({ length: 64 }, (_, n) => n)])

const startPage = (given: { permission?: string; ownKey?: Buffer; isAway?: boolean } = {}) => {
  const calls: unknown[][] = []
  const done: string[] = []
  const subscriptionWith = (key: Uint8Array) => ({
    options: { applicationServerKey: Uint8Array.from(key).buffer },
    unsubscribe: async () => void done.push('unsubscribed'),
    toJSON: () => ({ endpoint: 'https://push.example/1' }),
  })
  let current = given.ownKey === undefined ? null : subscriptionWith(given.ownKey)
  const worker = {
    pushManager: {
      getSubscription: async () => current,
      subscribe: async (options: { applicationServerKey: Uint8Array; userVisibleOnly: boolean }) => {
        done.push(`subscribed ${options.userVisibleOnly}`)
        current = subscriptionWith(options.applicationServerKey)
        return current
      },
    },
  }
  const self: Record<string, unknown> = { PushManager: class {}, Notification: class {} }
  const context = {
    self,
    Uint8Array,
    atob,
    Notification: { requestPermission: async () => given.permission ?? 'granted' },
    navigator: {
      serviceWorker: {
        register: async (path: string) => void done.push(`worker ${path}`),
        getRegistration: async () => worker,
        ready: Promise.resolve(worker),
      },
    },
    fetch: async (url: string, init: { method: string; headers: object; body?: string }) => {
      calls.push([init.method, url, init.headers, init.body === undefined ? null : JSON.parse(init.body)])
      const isKey = url.includes('/push/key')
      return {
        ok: given.isAway !== true,
        status: isKey ? 200 : 204,
        json: async () => ({ publicKey: KEY.toString('base64url') }),
      }
    },
  }
  vm.runInNewContext(PAGE_SCRIPT, context)
  return { calls, done, push: self['CarillonPush'] as CarillonPush }
}

const OPTIONS = { url: 'https://carillon.example/', app: 'my shop', token: 'r.t' }

describe('the page', () => {
  it('subscribes with the key of its app, and registers by its token', async () => {
    const { push, calls, done } = startPage()
    expect(await push.subscribe(OPTIONS)).toBe('subscribed')
    expect(done).toEqual(['worker /carillon-push-worker.js', 'subscribed true'])
    expect(calls).toEqual([
      ['GET', 'https://carillon.example/push/key?appID=my%20shop', { authorization: 'Bearer r.t' }, null],
      [
        ...['POST', 'https://carillon.example/push/devices'],
        { authorization: 'Bearer r.t', 'content-type': 'application/json' },
        {
          ...{ appID: 'my shop', subscription: { endpoint: 'https://push.example/1' } },
          vapidKey: KEY.toString('base64url'),
        },
      ],
    ])
  })

  it('asks nothing when the person does not want it', async () => {
    const { push, calls } = startPage({ permission: 'denied' })
    expect(await push.subscribe(OPTIONS)).toBe('denied')
    expect(calls).toEqual([])
  })

  it('keeps a subscription with this key, and replaces one with another', async () => {
    const same = startPage({ ownKey: KEY })
    await same.push.subscribe(OPTIONS)
    expect(same.done).toEqual(['worker /carillon-push-worker.js'])
    const other = startPage({ ownKey: Buffer.alloc(65, 4) })
    await other.push.subscribe(OPTIONS)
    expect(other.done).toEqual(['worker /carillon-push-worker.js', 'unsubscribed', 'subscribed true'])
  })

  it('takes itself away', async () => {
    const { push, calls, done } = startPage({ ownKey: KEY })
    await push.unsubscribe(OPTIONS)
    expect(calls[0]?.slice(0, 2)).toEqual(['POST', 'https://carillon.example/push/devices/remove'])
    expect(done).toEqual(['unsubscribed'])
  })

  it('leaves the push service also when the server does not take it away', async () => {
    const { push, done } = startPage({ ownKey: KEY, isAway: true })
    await expect(push.unsubscribe(OPTIONS)).rejects.toThrow('Carillon answered')
    expect(done).toEqual(['unsubscribed'])
  })
})
