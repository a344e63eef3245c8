/** Checks the tags that reach outside of the template: fragments, lookups, metadata, encryption, links. */
import type { EncryptNode, Expression, FragmentNode, LinkNode, LookupNode, MetadataNode } from '../ast.ts'
import type { Finding } from '../diagnostics.ts'
import { nearestWord } from '../nearest.ts'
import { type Checker, type Place, quote, reportError, reportWarning } from './checker.ts'
import { replaceWord, wrapIn } from './edits.ts'
import { forgetAll } from './flow.ts'
import { type FragmentReading, type FragmentWalk, literalIdOf } from './fragments.ts'
import { infer } from './infer.ts'
import { assign, checkNewVariable } from './names.ts'
import { hintOf } from './paths.ts'
import { ANY, inWords, TEXT, type Type } from './types.ts'

/** Checks a fragment tag, and takes over what the fragment sets. */
export const checkFragment = (checker: Checker, node: FragmentNode, place: Place): void => {
  for (const field of node.fields) infer(checker, field.value, place)
  wantText(checker, node.id, { type: infer(checker, node.id, place), what: 'The id of a fragment' })
  const reading = checker.fragments.read(node)
  if (reading === null) {
    forgetAll(checker.flow)
    return
  }
  reportReading(checker, node, reading)
  if (reading.kind !== 'ready' && reading.kind !== 'broken') forgetAll(checker.flow)
  else takeOver(checker, node, reading.walk)
}

const takeOver = (checker: Checker, node: FragmentNode, walk: FragmentWalk): void => {
  for (const [name, type] of walk.sets) assign(checker, name, type)
  for (const field of walk.fields) checker.fields.add(field)
  if (walk.isOpaque) forgetAll(checker.flow)
  else checkFields(checker, node, walk)
}

const reportReading = (checker: Checker, node: FragmentNode, reading: FragmentReading): void => {
  const finding = readingFinding(node, reading)
  if (finding !== null) reportError(checker, () => finding)
}

const readingFinding = (node: FragmentNode, reading: FragmentReading): Finding | null => {
  const id = literalIdOf(node) ?? ''
  const { span } = node.id
  switch (reading.kind) {
    case 'ready':
      return null
    case 'unknown':
      return {
        code: 'fragment_unknown',
        span,
        message: `There is no published fragment "${id}": publish it, or name another`,
      }
    case 'recursive':
      return {
        code: 'fragment_recursive',
        span,
        message: `The fragment "${id}" includes itself, directly or through another`,
      }
    case 'too_deep':
      return { code: 'fragment_too_deep', span, message: 'Fragments are nested too deeply here' }
    case 'too_many':
      return { code: 'fragments_too_many', span, message: 'The content uses too many different fragments' }
    case 'broken': {
      const { line, message } = reading.error
      return {
        code: 'fragment_broken',
        span,
        message: `The fragment "${id}" has an error in line ${line}: ${message}`,
      }
    }
  }
}

const checkFields = (checker: Checker, node: FragmentNode, walk: FragmentWalk): void => {
  for (const { name, nameSpan } of node.fields) {
    if (walk.fields.has(name)) continue
    reportWarning(checker, () => {
      const nearest = nearestWord(name, walk.fields)
      const message = `The fragment has no field "${name}".${hintOf(nearest, [...walk.fields])}`
      const finding: Finding = { code: 'field_unknown', span: nameSpan, message }
      return nearest === null ? finding : { ...finding, fix: replaceWord(checker.source, nameSpan, nearest) }
    })
  }
}

// The type of the table's rows; a table that is not there is told.
const rowTypeOf = (checker: Checker, node: LookupNode): Type => {
  const tables = checker.datasetTypes
  const type = tables?.get(node.dataset)
  if (tables === null || type !== undefined) return type ?? ANY
  reportError(checker, () => {
    const names = tables.keys()
    const hint = hintOf(nearestWord(node.dataset, names), names)
    const message = `There is no lookup table "${node.dataset}".${hint}`
    return { code: 'table_unknown', span: node.span, message }
  })
  return ANY
}

/** Checks a lookup; its result is a row of the table. */
export const checkLookup = (checker: Checker, node: LookupNode, place: Place): void => {
  const type = infer(checker, node.id, place)
  const isKey = type.kind !== 'list' && type.kind !== 'object' && type.kind !== 'boolean'
  if (!isKey) {
    const message = `A row is found by a text or a number, and ${quote(checker, node.id.span)} is ${inWords(type)}`
    reportError(checker, () => ({ code: 'type_mismatch', span: node.id.span, message }))
  }
  if (node.required && (type.kind === 'null' || (type.kind === 'text' && type.value === ''))) {
    const message = 'No row has an empty key: with required=true this message is never sent'
    reportWarning(checker, () => ({ code: 'helper_wrong', span: node.id.span, message }))
  }
  checkNewVariable(checker, { name: node.result, span: node.resultSpan }, place)
  assign(checker, node.result, rowTypeOf(checker, node))
}

const MOST_PAIRS = 50

/** Checks a pair of metadata. */
export const checkMetadata = (checker: Checker, node: MetadataNode, place: Place): void => {
  const type = infer(checker, node.value, place)
  if (type.kind === 'object') {
    const message = `Metadata is stored as text, and ${quote(checker, node.value.span)} is an object: name one of its properties`
    reportWarning(checker, () => ({ code: 'type_mismatch', span: node.value.span, message }))
  }
  if (checker.metadataKeys.has(node.key)) return
  checker.metadataKeys.add(node.key)
  if (checker.metadataKeys.size !== MOST_PAIRS + 1) return
  const message = `At most ${MOST_PAIRS} pairs of metadata are stored: this one and those after it may be cut`
  reportWarning(checker, () => ({ code: 'helper_wrong', span: node.span, message }))
}

/** Checks an encryption: only text can be encrypted, and nothing is converted without being told. */
export const checkEncrypt = (checker: Checker, node: EncryptNode, place: Place): void => {
  const type = infer(checker, node.value, place)
  if (!['any', 'null', 'text'].includes(type.kind)) {
    reportError(checker, () => {
      const message = `Only text can be encrypted, and ${quote(checker, node.value.span)} is ${inWords(type)}`
      const finding: Finding = { code: 'type_mismatch', span: node.value.span, message }
      const converts = type.kind === 'number' && checker.functions.has('toString')
      return converts ? { ...finding, fix: wrapIn(checker.source, node.value, 'toString') } : finding
    })
  }
  if (node.result === null) return
  checkNewVariable(checker, { name: node.result, span: node.resultSpan }, place)
  assign(checker, node.result, TEXT)
}

/** Checks a link. */
export const checkLink = (checker: Checker, node: LinkNode, place: Place): void =>
  wantText(checker, node.url, { type: infer(checker, node.url, place), what: 'An address' })

const wantText = (
  checker: Checker,
  expression: Expression,
  given: { readonly type: Type; readonly what: string },
): void => {
  const { type, what } = given
  if (['any', 'null', 'text'].includes(type.kind)) return
  const message = `${what} is text, and ${quote(checker, expression.span)} is ${inWords(type)}`
  reportError(checker, () => ({ code: 'type_mismatch', span: expression.span, message }))
}
