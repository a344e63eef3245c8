/** The corners of the functions: missing values, other types, indexes out of range. Their examples are tested in `examples.test.ts`. */
import { describe, expect, test } from 'vitest'
import { expectTemplate } from '../test/expect-template.ts'
import { signatureOf } from './function-spec.ts'
import { FUNCTIONS } from './function-table.ts'

const context = {
  name: 'Ada',
  prices: [3, 4.5, null, 'x'],
  orders: [{ order: { price: 10 } }, { order: { price: 20 } }],
  map: { a: 1, b: 'two' },
}

const CASES: readonly (readonly [string, string])[] = [
  ['upperCase("abc")', 'ABC'],
  ['upperCase(5)', '5'],
  ['upperCase(context.missing)', ''],
  ['lowerCase("ABC")', 'abc'],
  ['titleCase("Washington high street")', 'Washington High Street'],
  ['trim("  a ")', 'a'],
  ['concat("[", leftTrim("  a "), "]")', '[a ]'],
  ['concat("[", rightTrim("  a "), "]")', '[  a]'],
  ['length("hello")', '5'],
  ['charCodeAt("some", 1)', '111'],
  ['charCodeAt("some", 9)', ''],
  ['concat("Hello", " ", "World")', 'Hello World'],
  ['concat("a", context.missing, 1)', 'a1'],
  ['contains("Hello", "ell")', 'true'],
  ['contains("Hello", "ELL")', 'false'],
  ['contains("Hello", "ELL", false)', 'true'],
  ['contains(context.missing, "")', 'false'],
  ['doesNotContain("Hello", "x")', 'true'],
  ['startsWith("Hello", "He")', 'true'],
  ['startsWith("Hello", "he", false)', 'true'],
  ['doesNotStartWith("Hello", "He")', 'false'],
  ['endsWith("Hello", "lo")', 'true'],
  ['doesNotEndWith("Hello", "lo")', 'false'],
  ['equals("a", "a")', 'true'],
  ['equals(context.missing, "")', 'false'],
  ['notEqualTo("a", "A")', 'true'],
  ['equalsIgnoreCase("a", "A")', 'true'],
  ['notEqualWithIgnoreCase("a", "A")', 'false'],
  ['equalsAnyIgnoreCase("Icon","icon","ambassador","luminary")', 'true'],
  ['equalsAnyIgnoreCase("Icon","x")', 'false'],
  ['extractEmailDomain("ada@example.com")', 'example.com'],
  ['indexOf("hello world","world")', '6'],
  ['indexOf("hello","x")', '-1'],
  ['lastIndexOf("hello world","o")', '7'],
  ['isEmpty("")', 'true'],
  ['isEmpty(context.missing)', 'true'],
  ['isEmpty([])', 'true'],
  ['isEmpty(0)', 'false'],
  ['isNotEmpty("a")', 'true'],
  ['isNull(context.missing)', 'true'],
  ['isNotNull(context.name)', 'true'],
  ['join(["red","green","blue"],",")', 'red,green,blue'],
  ['join("red",",")', 'red'],
  ['mask("123456789",1,2)', '1XXXXXX89'],
  ['mask("12",5,5)', '12'],
  ['mask(context.missing,1,2)', ''],
  [
    'replace("Hello John, here is your monthly newsletter!", "John", "Mark")',
    'Hello Mark, here is your monthly newsletter!',
  ],
  ['replace("aaa", "a", "b")', 'bbb'],
  ['replace("aaa", "", "b")', 'aaa'],
  ['replace(context.missing, "a", "b")', ''],
  ['replaceAll("Hello World","World","AJO")', 'Hello AJO'],
  ['replaceAll("aaa","aa","b")', 'ba'],
  ['replaceAll("a","a","$0$&")', '$0$&'],
  ['split("a,b,c", ",")[1]', 'b'],
  ['count(split("", ","))', '0'],
  ['count(split("abc", ""))', '1'],
  ['substr("Hello World", 0, 5)', 'Hello'],
  ['substr("Hello", 3)', 'lo'],
  ['substr("Hello", -2, 99)', 'Hello'],
  ['substr(context.missing, 0, 1)', ''],
  ['ampSubstr("Hello World",0,5)', 'Hello'],
  ['compareTo("apple","banana") < 0', 'true'],
  ['compareTo("b","a")', '1'],
  ['compareTo("a","a")', '0'],
  ['stringToNumber("12.50")', '12.5'],
  ['stringToNumber(" -3e2 ")', '-300'],
  ['stringToNumber("0x10")', '0x10'],
  ['stringToNumber("abc")', 'abc'],
  ['stringToNumber(context.missing)', ''],
  ['string_to_integer("12.9")', '12'],
  ['string_to_integer("x")', 'x'],
  ['toInt(42.6)', '42'],
  ['toInt(true)', '1'],
  ['toInt(false)', '0'],
  ['toInt("-0.5")', '0'],
  ['toBool("TRUE")', 'true'],
  ['toBool("no")', 'false'],
  ['toBool(1)', 'true'],
  ['toBool(context.missing)', ''],
  ['toString(12)', '12'],
  ['toString(context.missing)', ''],
  ['toHexString(158)', '9e'],
  ['toHexString(context.none)', ''],
  ['urlEncode("a b&c")', 'a%20b%26c'],
  ['urlDecode("a%20b+c")', 'a b c'],
  ['urlDecode("100%")', '100%'],
  ['urlDecode(context.missing)', ''],
  ['count([4,0,null])', '2'],
  ['countOnlyNull([4,null,null])', '2'],
  ['countWithNull([4,0,null])', '3'],
  ['count(context.missing)', '0'],
  ['count("scalar")', '1'],
  ['distinct([1,2,1])', '1,2'],
  ['distinct([1,2,1]).count()', '2'],
  ['distinctCountWithNull([10,2,10,null])', '3'],
  ['head([7,8])', '7'],
  ['head([])', ''],
  ['sum(context.orders.order.price)', '30'],
  ['sum(context.prices)', '7.5'],
  ['sum(context.missing)', '0'],
  ['average(context.orders.order.price)', '15'],
  ['average([])', ''],
  ['min(context.prices)', '3'],
  ['max(context.orders.order.price)', '20'],
  ['max([null])', ''],
  ['in("a", ["a","b"])', 'true'],
  ['in(context.missing, [null])', 'false'],
  ['in ("c", ["a","b"])', 'false'],
  ['notIn("c", ["a","b"])', 'true'],
  ['notIn(context.missing, ["a"])', 'false'],
  ['notIn("c", context.missing)', 'false'],
  ['includes([1,2], 2)', 'true'],
  ['intersects([1,2], [2,3])', 'true'],
  ['intersects([1], [2])', 'false'],
  ['subsetOf([1], [1,2])', 'true'],
  ['subsetOf([3], [1,2])', 'false'],
  ['supersetOf([1,2], [1])', 'true'],
  ['get(context.map, "b")', 'two'],
  ['context.map.get("x")', ''],
  ['get("text", "length")', ''],
  ['keys(context.map)', 'a,b'],
  ['values(context.map)', '1,two'],
  ['keys("text")', ''],
  ['values(null)', ''],
  ['absolute(-3)', '3'],
  ['absolute(context.none)', ''],
  ['round(2.5)', '3'],
  ['round(-0.2)', '0'],
  ['roundDown(2.9)', '2'],
  ['roundUp(2.1)', '3'],
]

describe('functions', () => {
  test.each(CASES)('%s gives "%s"', (expression, text) => {
    expectTemplate(`{%= ${expression} %}`).context(context).as('text').toRender(text)
  })

  test('every function says what it takes', () => {
    for (const spec of FUNCTIONS.values()) expect(signatureOf(spec)).toMatch(/^\(.*\) [a-z]+$/)
  })

  test('a long text that is nearly a number is found out in linear time', () => {
    const digits = '1'.repeat(1_000_000)
    for (const text of [`${digits}x`, `${digits}.${digits}x`, `.${digits}e`]) {
      expectTemplate('{%= stringToNumber(context.t) = context.t %}').context({ t: text }).toRender('true')
    }
  })

  test('a regular expression that is only known at the render stops it', () => {
    expectTemplate('{%= replaceAll("a", context.p, "b") %}')
      .context({ p: 'a(' })
      .toStopWith('pattern_invalid')
  })
})
