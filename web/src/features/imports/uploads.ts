/** The uploads of this page: they go on whatever room is open, and a page that is closed in the middle asks first. */
import type { Import } from '@carillon/contract'
import type { Api } from '../../api.ts'
import { formatOf } from '../../ui/file-format.ts'
import { sendFile } from './send-file.ts'

/** An upload as it is shown. `waiting`: cut, goes on by itself; `failed`: refused, or nobody is logged in. */
export interface UploadView {
  readonly status: 'sending' | 'waiting' | 'failed'
  readonly sent: number
  readonly error: unknown
}

interface Running extends UploadView {
  readonly file: File
  readonly one: Import
  readonly sandbox: string
  readonly abort: AbortController
}

/** The uploads of one page. */
export interface Uploads {
  /** Makes an import of a file and begins to send it. */
  readonly start: (file: File, sandbox: string) => Promise<Import>
  /** Goes on with an import, with the file that was chosen again or is still known. */
  readonly resume: (one: Import, file: File, sandbox: string) => void
  /** Tries again at once. */
  readonly retry: (id: string) => void
  /** Stops sending. */
  readonly stop: (id: string) => void
  readonly get: (id: string) => UploadView | undefined
  readonly subscribe: (listener: () => void) => () => void
}

/** The type that the API reads a file by. */
export const typeOf = (file: Pick<File, 'name'>): string =>
  formatOf(file) === 'jsonl' ? 'application/x-ndjson' : 'text/csv'

const LONGEST_NAME = 200

/** The name of its import. */
const importName = (file: Pick<File, 'name'>): string => file.name.slice(0, LONGEST_NAME)

/** Whether it may be the file of which the import has the beginning. */
export const isSameFile = (file: Pick<File, 'name' | 'size'>, one: Import): boolean =>
  importName(file) === one.name && file.size === one.size

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })

class PageUploads implements Uploads {
  readonly #api: Api['imports']
  readonly #running = new Map<string, Running>()
  readonly #listeners = new Set<() => void>()

  constructor(api: Api['imports']) {
    this.#api = api
  }

  readonly get = (id: string): UploadView | undefined => this.#running.get(id)

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly start = async (file: File, sandbox: string): Promise<Import> => {
    const begin = { name: importName(file), size: file.size, type: typeOf(file) }
    const one = await this.#api.begin(begin, sandbox)
    this.resume(one, file, sandbox)
    return one
  }

  readonly resume = (one: Import, file: File, sandbox: string): void => {
    this.#running.get(one.id)?.abort.abort()
    const abort = new AbortController()
    const start = { file, one, sandbox, abort, error: null, sent: one.bytes, status: 'sending' as const }
    this.#set(one.id, start)
    void this.#send(start)
  }

  readonly retry = (id: string): void => {
    const known = this.#running.get(id)
    if (known !== undefined) this.resume(known.one, known.file, known.sandbox)
  }

  readonly stop = (id: string): void => {
    this.#running.get(id)?.abort.abort()
    this.#set(id, undefined)
  }

  async #send({ file, one, sandbox, abort }: Running): Promise<void> {
    const call = { sandbox, signal: abort.signal }
    const typed = file.type === typeOf(file) ? file : new File([file], file.name, { type: typeOf(file) })
    try {
      await sendFile(typed, one, {
        append: (id, piece) => this.#api.append(id, piece, call),
        read: id => this.#api.read(id, call),
        wait: ms => pause(ms, abort.signal),
        told: (now, error) =>
          this.#tell(abort, {
            one: now,
            sent: now.bytes,
            error,
            status: error === null ? 'sending' : 'waiting',
          }),
      })
      if (!abort.signal.aborted) this.#set(one.id, undefined)
    } catch (error) {
      this.#tell(abort, { one: this.#running.get(one.id)?.one ?? one, status: 'failed', error })
    }
  }

  // An upload that was stopped or taken over says no more.
  #tell(abort: AbortController, news: Partial<Running> & Pick<Running, 'one'>): void {
    const known = this.#running.get(news.one.id)
    if (known?.abort === abort && !abort.signal.aborted) this.#set(news.one.id, { ...known, ...news })
  }

  #set(id: string, next: Running | undefined): void {
    if (next === undefined) this.#running.delete(id)
    else this.#running.set(id, next)
    const isBusy = [...this.#running.values()].some(one => one.status !== 'failed')
    window.removeEventListener('beforeunload', askFirst)
    if (isBusy) window.addEventListener('beforeunload', askFirst)
    for (const listener of this.#listeners) listener()
  }
}

const askFirst = (event: BeforeUnloadEvent): void => event.preventDefault()

const OF_PAGE = new WeakMap<Api, Uploads>()

/** The uploads that belong to the API of a page. */
export const uploadsOf = (api: Api): Uploads => {
  const known = OF_PAGE.get(api) ?? new PageUploads(api.imports)
  OF_PAGE.set(api, known)
  return known
}
