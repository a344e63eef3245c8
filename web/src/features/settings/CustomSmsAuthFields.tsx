/** How calls to a provider of one's own prove who makes them. */
import type { CustomSmsAuth, CustomSmsSettings } from '@carillon/contract'
import { Select, TextInput } from '@mantine/core'
import { useRef } from 'react'
import { useT } from '../../i18n/language.tsx'
import { isKey, type Translate } from '../../i18n/translate.ts'
import { JsonField } from '../../ui/JsonField.tsx'
import { type FieldsProps, Secret } from './TransportFields.tsx'

type Kind = CustomSmsAuth['kind']
type AuthOf<K extends Kind> = Extract<CustomSmsAuth, { kind: K }>

const NEW: { readonly [K in Kind]: AuthOf<K> } = {
  none: { kind: 'none' },
  api_key: { kind: 'api_key', in: 'header', name: 'X-Api-Key' },
  basic: { kind: 'basic', user: '' },
  bearer: { kind: 'bearer' },
  mac: { kind: 'mac', hash: 'sha256', tokenHeader: 'X-Token', signatureHeader: 'X-Signature' },
  oauth2: { kind: 'oauth2', tokenUrl: 'https://', clientId: '', body: 'form' },
  jwt: { kind: 'jwt', algorithm: 'HS256', claims: {} },
}
const KINDS = Object.keys(NEW) as Kind[]

/** The text and choice members of each kind, and its secrets, in the order of the form. */
const TEXTS: Readonly<Record<Kind, readonly string[]>> = {
  none: [],
  api_key: ['name'],
  basic: ['user'],
  bearer: [],
  mac: ['tokenHeader', 'signatureHeader'],
  oauth2: ['tokenUrl', 'clientId', 'scope'],
  jwt: [],
}
const SECRETS: Readonly<Record<Kind, readonly string[]>> = {
  none: [],
  api_key: ['value'],
  basic: ['password'],
  bearer: ['token'],
  mac: ['token', 'secret'],
  oauth2: ['clientSecret'],
  jwt: ['secret'],
}
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  in: ['header', 'query'],
  hash: ['sha256', 'sha512', 'sha1'],
  body: ['form', 'json'],
  algorithm: ['HS256', 'HS384', 'HS512'],
}

// Names of algorithms are the same in every language.
const wordOf = (t: Translate, member: string, one: string): string => {
  const key = `sms.auth.${member}.${one}`
  return isKey(key) ? t(key) : one
}

const textOf = (auth: CustomSmsAuth, member: string): string => {
  const value = (auth as Readonly<Record<string, unknown>>)[member]
  return typeof value === 'string' ? value : ''
}

const Choices = (props: { auth: CustomSmsAuth; put: (member: string, value: string) => void }) => {
  const t = useT()
  const { auth, put } = props
  return Object.entries(CHOICES).map(
    ([member, data]) =>
      member in auth && (
        <Select
          key={member}
          label={t(`sms.auth.member.${member as 'in'}`)}
          allowDeselect={false}
          data={data.map(one => ({ value: one, label: wordOf(t, member, one) }))}
          value={textOf(auth, member)}
          onChange={value => value !== null && put(member, value)}
        />
      ),
  )
}

/** The fields. */
export const CustomSmsAuthFields = (props: FieldsProps<CustomSmsSettings>) => {
  const t = useT()
  const { settings, isStored, change, mark } = props
  // What was typed of one proof stays for when it is chosen again.
  const drafts = useRef<Readonly<Partial<Record<Kind, CustomSmsAuth>>>>({})
  const { auth } = settings
  const choose = (kind: Kind) => {
    drafts.current = { ...drafts.current, [auth.kind]: auth }
    mark('claims', true)
    change({ auth: drafts.current[kind] ?? NEW[kind] })
  }
  const textIn = (member: string): string => textOf(auth, member)
  const put = (member: string, value: unknown) =>
    change({ auth: { ...auth, [member]: value } as CustomSmsAuth })
  return (
    <>
      <Select
        label={t('sms.auth')}
        allowDeselect={false}
        data={KINDS.map(value => ({ value, label: t(`sms.auth.${value}`) }))}
        value={auth.kind}
        onChange={value => choose(KINDS.find(one => one === value) ?? 'none')}
      />
      <Choices auth={auth} put={put} />
      {TEXTS[auth.kind].map(member => (
        <TextInput
          key={member}
          label={t(`sms.auth.member.${member as 'name'}`)}
          required={member !== 'scope'}
          maxLength={500}
          value={textIn(member)}
          onChange={event => put(member, event.currentTarget.value.trim())}
        />
      ))}
      {SECRETS[auth.kind].map(member => (
        <Secret
          key={member}
          label={t(`sms.auth.member.${member as 'token'}`)}
          isStored={isStored(`auth.${member}`)}
          needed
          value={textIn(member)}
          onChange={value => put(member, value)}
        />
      ))}
      {auth.kind === 'jwt' && (
        <JsonField
          label={t('sms.auth.member.claims')}
          readOnly={false}
          value={auth.claims}
          onChange={claims => put('claims', claims)}
          onValid={valid => mark('claims', valid)}
        />
      )}
    </>
  )
}
