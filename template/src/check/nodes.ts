/** Checks the nodes of a tree, one after the other, in the order of the document. */
import type { EachNode, InlineNode, Node, OutputNode, WithNode } from '../ast.ts'
import { enterScope } from '../scope.ts'
import { checkIf } from './branches.ts'
import { type Checker, type Item, type Place, quote, reportError, reportWarning } from './checker.ts'
import { unwrapBraces } from './edits.ts'
import { checkEncrypt, checkFragment, checkLink, checkLookup, checkMetadata } from './effects.ts'
import { joinBranches, walkBranch, walkLoop } from './flow.ts'
import { infer } from './infer.ts'
import { assign, checkNewName, checkNewVariable } from './names.ts'
import { visitedBy } from './schema-type.ts'
import { ANY, inWords, NUMBER, TEXT, type Type } from './types.ts'

/** Checks a body. Once a hundred errors are found the rest is not looked at. */
export const checkBody = (checker: Checker, body: readonly Node[], place: Place): void => {
  for (const node of body) {
    if (checker.reporter.isFull()) return
    checkNode(checker, node, place)
  }
}

const checkNode = (checker: Checker, node: Node, place: Place): void => {
  switch (node.kind) {
    case 'text':
      return
    case 'output':
      checkOutput(checker, node, place)
      return
    case 'let':
      checkNewVariable(checker, { name: node.name, span: node.nameSpan }, place)
      assign(checker, node.name, infer(checker, node.value, place))
      return
    case 'if':
      checkIf(checker, node, { place, walk: body => checkBody(checker, body, place) })
      return
    case 'each':
      checkEach(checker, node, place)
      return
    case 'with':
      checkWith(checker, node, place)
      return
    case 'inline':
      checkInline(checker, node, place)
      return
    case 'fragment':
      checkFragment(checker, node, place)
      return
    case 'lookup':
      checkLookup(checker, node, place)
      return
    case 'metadata':
      checkMetadata(checker, node, place)
      return
    case 'encrypt':
      checkEncrypt(checker, node, place)
      return
    case 'link':
      checkLink(checker, node, place)
  }
}

const checkOutput = (checker: Checker, node: OutputNode, place: Place): void => {
  const type = infer(checker, node.value, place)
  if (type.kind === 'object' || (type.kind === 'list' && type.item.kind === 'object')) {
    const advice = type.kind === 'list' ? 'go through it with each' : 'name one of its properties'
    reportWarning(checker, () => ({
      code: 'type_mismatch',
      span: node.value.span,
      message: `${quote(checker, node.value.span)} is ${inWords(type)} and prints nothing: ${advice}`,
    }))
  }
  if (!node.raw || checker.target !== 'html' || isMarkup(checker, node, type)) return
  reportWarning(checker, () => ({
    code: 'output_unescaped',
    span: node.span,
    message: 'Three braces print data as markup: write two, unless you trust the data to be markup',
    fix: unwrapBraces(checker.source, node.span),
  }))
}

/** Fields hold markup on purpose, text of the author is as safe as the template, and numbers hold no markup. */
const isMarkup = (checker: Checker, node: OutputNode, type: Type): boolean => {
  if (node.value.kind === 'name' && checker.fields.has(node.value.name)) return true
  if (type.kind === 'text') return type.authored
  return ['null', 'number', 'boolean', 'date'].includes(type.kind)
}

const checkEach = (checker: Checker, node: EachNode, place: Place): void => {
  const { flow } = checker
  const type = infer(checker, node.list, place)
  checkVisited(checker, node, type)
  checkAlias(checker, node)
  const inner = enterScope(place, { kind: 'each', alias: node.alias, item: itemOf(type) })
  const body = walkLoop(flow, () => checkBody(checker, node.body, inner))
  const otherwise = walkBranch(flow, () => checkBody(checker, node.otherwise, place))
  joinBranches(flow, [body, otherwise], true)
}

const checkVisited = (checker: Checker, node: EachNode, type: Type): void => {
  const { span } = node.list
  if (type.kind === 'list' && type.length === 0) {
    const message = 'This list is always empty: what is in the block is never shown'
    reportWarning(checker, () => ({ code: 'branch_unreachable', span, message }))
  }
  if (['any', 'null', 'list', 'object'].includes(type.kind)) return
  reportError(checker, () => {
    const message = `each goes through a list, and ${quote(checker, span)} is ${inWords(type)}`
    const finding = { code: 'type_mismatch' as const, span, message }
    return type.kind === 'text' ? { ...finding, fix: { title: 'Make a list of it with split(…)' } } : finding
  })
}

const itemOf = (type: Type): Item => {
  switch (type.kind) {
    case 'list':
      return { type: type.item, key: NUMBER }
    case 'object':
      return { type: visitedBy(type), key: TEXT }
    default:
      return { type: ANY, key: ANY }
  }
}

const checkAlias = (checker: Checker, node: EachNode | WithNode): void => {
  for (const name of [node.alias.item, node.alias.index]) checkNewName(checker, name, node.span)
}

const checkWith = (checker: Checker, node: WithNode, place: Place): void => {
  const { flow } = checker
  const type = infer(checker, node.value, place)
  checkAlias(checker, node)
  const inner = enterScope(place, { kind: 'with', alias: node.alias, item: { type, key: NUMBER } })
  const body = walkBranch(flow, () => checkBody(checker, node.body, inner))
  const otherwise = walkBranch(flow, () => checkBody(checker, node.otherwise, place))
  joinBranches(flow, [body, otherwise], true)
}

const checkInline = (checker: Checker, node: InlineNode, place: Place): void => {
  checkNewVariable(checker, { name: node.id, span: node.span }, place)
  if (checker.fields.has(node.id)) {
    const message = `There is a field "${node.id}" already: give this one another id`
    reportWarning(checker, () => ({ code: 'helper_wrong', span: node.span, message }))
  }
  const body = walkBranch(checker.flow, () => checkBody(checker, node.body, place))
  joinBranches(checker.flow, [body], false)
  checker.fields.add(node.id)
  assign(checker, node.id, TEXT)
}
