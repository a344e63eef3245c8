/** Amazon SNS as a test needs it: a certificate of its own at the address that messages name, and a pen to sign with. */
import { createSign } from 'node:crypto'

const pem = (label: string, lines: readonly string[]): string =>
  `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`

// Made for these tests alone, and trusted by nobody else.
const KEY = pem('PRIVATE KEY', [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCdJdtIyreo+Yr+',
  'SyKSW7Nm988mZt/P1YECcTGOlc9zuHppLY7l3Z5SZSXE3Bd2am4qBbbhViZy0r1d',
  'FDzjeH/H8J3rA5ayJJXnZcgwkBcImS9t6as492DVmowQDmPeKNvdheO4V1WacJsV',
  'vkCjLszSY8QQdR9uQBjuP/OHJlrUeXh43qDZMmO0yJMT0PzDd74RKuqkmD5/6u5q',
  'CSIS1+bMAVlz6/CCKH9XE0lAIbbP5dSxZx10G/CBp3vJtUko3cTpFnWlEDSfMZGj',
  'l/bTFXyx4+e/fBnAT7y33ttu54c+iBEb3/faxHZd8DnIhBLFCZf6DoJejCeX0X1X',
  'D7sP/6sVAgMBAAECggEATK5LSUK5ybcyrpElJnuel/D14Mw0C+snj3SCdQv+9X2g',
  'JbB4WQwCFDyM6Hlo7XxTkyfErEHocwEIK+ITL//9gieUNzhCEV0u1IHi5Gd7BdQR',
  'w7VQunRjiPdnvvH2o1IWrwqFKs9a0wh9dGeojLfqdAMAifNMyfR29dK410rM6X40',
  'dsfXUT7ldVxa38plrp4u+5vO5WKBJBfcTgzCGZ2rFIlbVRFwdU0X3r7KGu/W7jeg',
  '588aKkpxcE1mGw6CdE7in8nTkSKYYIV4orzYkaBABQQr5odoi50VZbEh78P3vzZL',
  'l5RBXQOfSJZTvjMOBk963KSfCyPIjT6GqbM5an5a5QKBgQDQz+uh722SMJ9gpSg2',
  'UNzr5DrL8c8tlARKm9so6tSEtfTf8hiD3kpsb9rtWXO8gsZdbRhjusxhExqIf1xW',
  'C295ZpUHgVSmkld4nVQcLbWrl54rqg3PSCQZ91RFwH0HJg/Nj/fUr53yb7LCsn4J',
  's04pnJmrsWC9pe33u642UBETiwKBgQDAqRU1nMO7aWSR8Rg+mz2SLNoBX6O/2PXi',
  '/dektsG5+2+OhHxGZKErIusFfI/5oNyEWApYRdSDgYxg82O0YyNLVha9yssAPHfp',
  'fNO2y3DSozNjJ99ZNwTHNbfPMR5ZrUuMTqjpj4MuiXL2LmSn3daLJJlmrUZo98/g',
  'tHZY6D+P3wKBgH7QFyFUYC3tW419H+vEtjaId/DN3O2oO+b3umSiIQir3Jh41cyY',
  'Hoi2cbW9op00qrWogKxokKDP0khdWL1k2oFW/GD/eWJj871rht5KIE+il8uaziI5',
  'hLtESqjF2uiRg/1qVq+TLBBFJ8I4VnUbsPdyhJ0R71edwuS11Xpkq8o7AoGBALNY',
  'szXFSTAdXFG/biJZwWdh+U9uCLF+9uboBuZ+erj3J1I0Yrvk0WOmjcH9wslOxfkt',
  'O/QQjVQeNN/LsvUplKF88o6bSX5ezAG/AhcYK17qLdwQMgqK/Re1Gfb2cppoh/uE',
  '/hjuT9/yc+JYLbtW93FwEJ1UkEcG6az0UXdSPFlhAoGADAKBLgcz/qykSDWmhz1j',
  'l3ck+y9Y+wm/6pnW9eCNVLLTuDSl4AV1hZtvMqd/bozJMCFfHuCjCfAkcU4lsJqh',
  'zgKcFWCT6Iv3VefclRANIkED8QscgWJg0WR1i57lZIkl/Uohdo0yrqw8mAg4XxlY',
  'K/57Rf0Bx18pjEZWJl0UK7g=',
])
const CERTIFICATE = pem('CERTIFICATE', [
  'MIIDCTCCAfGgAwIBAgIUcwBembHcY7qg54xjn9uYzBAyun0wDQYJKoZIhvcNAQEL',
  'BQAwEzERMA8GA1UEAwwIc25zLnRlc3QwIBcNMjYxMTMwMDQzMTI1WhgPMjEyNjEx',
  'MDYwNDMxMjVaMBMxETAPBgNVBAMMCHNucy50ZXN0MIIBIjANBgkqhkiG9w0BAQEF',
  'AAOCAQ8AMIIBCgKCAQEAnSXbSMq3qPmK/ksikluzZvfPJmbfz9WBAnExjpXPc7h6',
  'aS2O5d2eUmUlxNwXdmpuKgW24VYmctK9XRQ843h/x/Cd6wOWsiSV52XIMJAXCJkv',
  'bemrOPdg1ZqMEA5j3ijb3YXjuFdVmnCbFb5Aoy7M0mPEEHUfbkAY7j/zhyZa1Hl4',
  'eN6g2TJjtMiTE9D8w3e+ESrqpJg+f+ruagkiEtfmzAFZc+vwgih/VxNJQCG2z+XU',
  'sWcddBvwgad7ybVJKN3E6RZ1pRA0nzGRo5f20xV8sePnv3wZwE+8t97bbueHPogR',
  'G9/32sR2XfA5yIQSxQmX+g6CXownl9F9Vw+7D/+rFQIDAQABo1MwUTAdBgNVHQ4E',
  'FgQUJ/fkzi4m5bsNRxetSGIMZb/nYMswHwYDVR0jBBgwFoAUJ/fkzi4m5bsNRxet',
  'SGIMZb/nYMswDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAkIoO',
  'tZimSLrA7oiCbmofRNzZUpG8snbHdWfIOS+NP+FKSpjYKdPSZdDOQNjOnnj/hRTU',
  'cM9d/JwNfZOfbx+d9WkVrcF9rIZpTsskzatbkr6PU5jniNzHCykclIfD5zHrE8Tg',
  '9Rfz8dFHFPqK/Nb/cHX+yiqz14hL/m3FMJw3fGNTxBXQRnJS0JO5R8estPZRIrkx',
  'wk7Ny7B82k73D7szDVHpvohH1pDITmCoXfk7oCc5ZmK5OQ9mEYMMPiCtln5nijgo',
  'n0xOCd2XZKOiuo5H9C0otWT8YcUX2ObjTl5iMGa9FTIkK1Zpq5D6ushqojMcTQ75',
  'EstmX6yktSqy4ztkEg==',
])

/** Where the certificate is to be read. */
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem'
/** The topic of the tests. */
export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail-events'

/** The addresses that were read, and the certificate at its own. */
export const createAmazon = () => {
  const read: string[] = []
  return {
    read,
    fetchText: async (url: string): Promise<string> => {
      read.push(url)
      if (url === CERTIFICATE_URL) return CERTIFICATE
      if (url.startsWith('https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription')) return '<ok/>'
      throw new Error('there is nothing at this address')
    },
  }
}

type Members = Readonly<Record<string, string>>

const ORDER = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
} as const

/** A message with its signature: of version 2, unless it is said otherwise. */
export const signSns = (type: keyof typeof ORDER, given: Members): Members => {
  const message: Members = { Type: type, TopicArn: TOPIC, SignatureVersion: '2', ...given }
  const text = ORDER[type].flatMap(name =>
    message[name] === undefined ? [] : [`${name}\n${message[name]}\n`],
  )
  const algorithm = message['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256'
  const Signature = createSign(algorithm).update(text.join('')).sign(KEY, 'base64')
  return { SigningCertURL: CERTIFICATE_URL, ...message, Signature }
}
