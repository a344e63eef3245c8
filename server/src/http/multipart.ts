/** Reads the one file of a multipart form, with the parser that Node's own `fetch` brings. Bodies are small: they are bounded by their route. */
import { Fault } from '../lib/fault.ts'

/** A file as it came. */
export interface FormFile {
  readonly filename: string
  readonly content: Buffer
}

const refuse = (pointer: string, message: string, cause?: unknown): Fault =>
  new Fault('payload_invalid', { problems: [{ pointer, message }], cause })

/** The file of the part of that name; refuses a body that is no form, and one without the part. */
export const readFormFile = async (body: Buffer, contentType: string, part: string): Promise<FormFile> => {
  let form: FormData
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  } catch (error) {
    throw refuse('', 'is not a readable multipart form', error)
  }
  const file = form.get(part)
  if (file === null) throw refuse(`/${part}`, 'is missing')
  if (typeof file === 'string') return { filename: '', content: Buffer.from(file) }
  return { filename: file.name, content: Buffer.from(await file.arrayBuffer()) }
}
