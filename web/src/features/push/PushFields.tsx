/** The content of a push notification: what is shown, what a touch does, and what the app gets. */
import { MAX_PUSH_DATA, MAX_PUSH_TTL_SECONDS, PUSH_CLICKS, type PushContent } from '@carillon/contract'
import { NumberInput, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import type { ComponentProps } from 'react'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { TryItButton } from '../editor/TryItButton.tsx'
import { NamedValues } from '../settings/NamedValues.tsx'
import { PushButtons } from './PushButtons.tsx'
import { PushPlatformFields } from './PushPlatformFields.tsx'

type EditorContext = ComponentProps<typeof TemplateEditor>['context']

/** What the fields need. */
export interface PushFieldsProps {
  readonly content: PushContent
  readonly readOnly: boolean
  readonly sample: { readonly profile: Record<string, unknown>; readonly context: Record<string, unknown> }
  readonly context: EditorContext
  readonly change: (patch: Partial<PushContent>) => void
}

const Texts = ({ content, readOnly, sample, context, change }: PushFieldsProps) => {
  const t = useT()
  const field = (name: 'title' | 'body', more: { singleLine?: true; size?: 'middle' }) => (
    <TemplateEditor
      {...{ readOnly, context, ...more }}
      label={t(`push.${name}`)}
      beside={<TryItButton label={t(`push.${name}`)} source={content[name]} target="text" {...sample} />}
      target="text"
      value={content[name]}
      onChange={value => change({ [name]: value })}
    />
  )
  return (
    <>
      {field('title', { singleLine: true })}
      {field('body', { size: 'middle' })}
    </>
  )
}

const Line = (
  props: PushFieldsProps & { name: 'uri' | 'media' | 'icon' | 'badge' | 'collapseKey'; label: string },
) => (
  <TemplateEditor
    readOnly={props.readOnly}
    context={props.context}
    label={props.label}
    target="text"
    singleLine
    value={props.content[props.name] ?? ''}
    onChange={value => props.change({ [props.name]: textOrNull(value) })}
  />
)

const Touch = (props: PushFieldsProps) => {
  const t = useT()
  const { content, readOnly, change } = props
  return (
    <>
      <Select
        label={t('push.click')}
        allowDeselect={false}
        disabled={readOnly}
        data={PUSH_CLICKS.map(value => ({ value, label: t(`push.click.${value}`) }))}
        value={content.click}
        onChange={value => {
          const click = PUSH_CLICKS.find(one => one === value) ?? 'open_app'
          change({ click, uri: click === 'open_app' ? null : content.uri })
        }}
      />
      {content.click !== 'open_app' && <Line {...props} name="uri" label={t(`push.uri.${content.click}`)} />}
    </>
  )
}

const KINDS = ['message', 'silent'] as const

const Kind = ({ content, readOnly, change }: PushFieldsProps) => {
  const t = useT()
  return (
    <SegmentedControl
      aria-label={t('push.kind')}
      disabled={readOnly}
      value={content.pushType}
      onChange={value => change({ pushType: KINDS.find(one => one === value) ?? 'message' })}
      data={KINDS.map(value => ({ value, label: t(`push.kind.${value}`) }))}
    />
  )
}

const PRIORITIES = ['normal', 'high'] as const

const Delivery = (props: PushFieldsProps) => {
  const t = useT()
  const { content, readOnly, change } = props
  return (
    <>
      <NumberInput
        label={t('push.ttl')}
        description={t('push.ttlHint')}
        disabled={readOnly}
        min={0}
        max={MAX_PUSH_TTL_SECONDS}
        allowDecimal={false}
        value={content.ttlSeconds}
        // An empty field is one that is being typed in: 0 means "now or never" and has to be said.
        onChange={value => typeof value === 'number' && change({ ttlSeconds: value })}
      />
      <Select
        label={t('push.priority')}
        allowDeselect={false}
        disabled={readOnly}
        data={PRIORITIES.map(value => ({ value, label: t(`push.priority.${value}`) }))}
        value={content.priority}
        onChange={value => change({ priority: PRIORITIES.find(one => one === value) ?? 'normal' })}
      />
      <TextInput
        label={t('push.sound')}
        description={t('push.soundHint')}
        readOnly={readOnly}
        maxLength={200}
        value={content.sound ?? ''}
        onChange={event => change({ sound: textOrNull(event.currentTarget.value) })}
      />
      <Line {...props} name="badge" label={t('push.badge')} />
      <Line {...props} name="collapseKey" label={t('push.collapseKey')} />
    </>
  )
}

/** All fields. */
export const PushFields = (props: PushFieldsProps) => {
  const t = useT()
  const { content, readOnly, change } = props
  const isShown = content.pushType === 'message'
  return (
    <Stack gap="sm">
      <Kind {...props} />
      {isShown && (
        <>
          <Texts {...props} />
          <Touch {...props} />
          <Line {...props} name="media" label={t('push.media')} />
          <Line {...props} name="icon" label={t('push.icon')} />
          <PushButtons
            buttons={content.buttons}
            readOnly={readOnly}
            onChange={buttons => change({ buttons })}
          />
        </>
      )}
      <fieldset disabled={readOnly} className="push-set">
        <NamedValues
          rows={content.data}
          most={MAX_PUSH_DATA}
          maxName={100}
          hint={t('push.dataHint')}
          labels={{ name: t('push.dataName'), value: t('push.dataValue'), add: t('push.dataAdd') }}
          maxValue={4_096}
          onChange={data => change({ data })}
        />
      </fieldset>
      <Delivery {...props} />
      <PushPlatformFields {...{ content, readOnly, change }} />
    </Stack>
  )
}
