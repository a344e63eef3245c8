/** Base64 and digests of texts, as the bytes of their UTF-8. */
import { checkLength, spend } from '../run.ts'
import type { Value } from '../values.ts'
import { base64Length, decodeBase64, encodeBase64 } from './base64.ts'
import {
  argument,
  type Call,
  type Described,
  type FunctionSpec,
  type FunctionTable,
  param,
  textOf,
} from './function-spec.ts'
import { md5 } from './md5.ts'
import { sha256 } from './sha256.ts'
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'

const encode: Call = (args, run, offset) => {
  const text = textOf(args, 0)
  checkLength(run, base64Length(utf8Length(text)), offset)
  return encodeBase64(encodeUtf8(text))
}

/** What is no base64, or not that of a text, comes back as it is, as AJO documents. */
const decode = (text: string): string => {
  const bytes = decodeBase64(text)
  return (bytes === null ? null : decodeUtf8(bytes)) ?? text
}

// About 50 ns for each character: many times the weight that every call is booked with.
const CHARACTERS_PER_UNIT = 1

const onBytes = (call: Call, described: Described): FunctionSpec => ({
  group: 'text',
  params: [param('text', 'text')],
  returns: 'text',
  ...described,
  call: (args, run, offset): Value => {
    if (argument(args, 0) === null) return null
    spend(run, textOf(args, 0).length / CHARACTERS_PER_UNIT, offset)
    return call(args, run, offset)
  },
})

/** The functions by name. */
export const ENCODING_FUNCTIONS: FunctionTable = {
  encode64: onBytes(encode, {
    summary: 'The text in base64, by its UTF-8.',
    examples: [
      ['encode64("hello")', 'aGVsbG8='],
      ['encode64("é")', 'w6k='],
    ],
  }),
  decode64: onBytes(args => decode(textOf(args, 0)), {
    summary: 'The text that base64 stands for; what is no base64 of a text comes back as it is.',
    examples: [
      ['decode64("aGVsbG8=")', 'hello'],
      ['decode64("not base64!")', 'not base64!'],
    ],
  }),
  md5: onBytes(args => md5(encodeUtf8(textOf(args, 0))), {
    summary: 'The MD5 digest of a text in lower-case hexadecimal. It hides nothing that can be guessed.',
    examples: [['md5("hello world")', '5eb63bbbe01eeed093cb22bb8f5acdc3']],
  }),
  sha256: onBytes(args => sha256(encodeUtf8(textOf(args, 0))), {
    summary: 'The SHA-256 digest of a text in lower-case hexadecimal.',
    examples: [['sha256("hello world")', 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9']],
  }),
}
