/** What people answer. */
import { SMS_DEFAULT_KEYWORDS } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldWords, matchKeyword } from './keywords.ts'

const kindOf = (text: string, lists = SMS_DEFAULT_KEYWORDS): string => matchKeyword(text, lists).kind

describe('an answer', () => {
  const answers: readonly (readonly [string, string])[] = [
    ['STOP', 'opt_out'],
    [' stop. ', 'opt_out'],
    ['“Stop!”', 'opt_out'],
    ['Stopp', 'opt_out'],
    ['Arrêt', 'opt_out'],
    ['ARRET', 'opt_out'],
    ['baja', 'opt_out'],
    ['PARAR', 'opt_out'],
    ['opt-out', 'opt_out'],
    ['s t o p', 'opt_out'],
    ['ＳＴＯＰ', 'opt_out'],
    ['Start', 'opt_in'],
    ['Sí', 'opt_in'],
    ['help?', 'help'],
    ['Hilfe', 'help'],
    ['STPO', 'nearly_opt_out'],
    ['stoop', 'nearly_opt_out'],
    ['Stop please', 'nearly_opt_out'],
    ['stop sending me these', 'nearly_opt_out'],
    ['on', 'none'],
    ['no problem, thanks', 'none'],
    ['I will be at the bus stop at five', 'none'],
    ['stop by any time you like, we are home', 'none'],
    ['👍', 'none'],
    ['', 'none'],
  ]
  for (const [text, kind] of answers)
    test(`${JSON.stringify(text)} is ${kind}`, () => {
      expect(kindOf(text)).toBe(kind)
    })

  test('is held against the words of a configuration in the place of the defaults, in any script', () => {
    const lists = { ...SMS_DEFAULT_KEYWORDS, opt_out: ['СТОП'], double_opt_in: ['YES'], custom: ['Menu'] }
    expect(kindOf('стоп!', lists)).toBe('opt_out')
    expect(kindOf('STOP', lists)).toBe('none')
    expect(kindOf('yes', lists)).toBe('double_opt_in')
    expect(matchKeyword('menu', lists)).toEqual({ kind: 'custom', keyword: 'Menu' })
  })

  test('of any kind is judged without an error, and the same in any case and with any punctuation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        const { kind } = matchKeyword(text, SMS_DEFAULT_KEYWORDS)
        expect(kind).toBe(kindOf(text))
        if (text.length < 150) expect(foldWords(`. ${text} !`)).toBe(foldWords(text))
      }),
    )
  })
})
