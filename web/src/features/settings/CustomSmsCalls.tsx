/** How the calls of a provider of one's own are read: what became of messages, and what people write. */
import type { CustomSmsInbound, CustomSmsReport, CustomSmsSettings } from '@carillon/contract'
import { Group, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { textOrNull } from '../../ui/text.ts'
import { useSwitch } from '../../ui/use-switch.ts'
import { type FieldsProps, Secret } from './TransportFields.tsx'

const NEW_REPORT: CustomSmsReport = {
  ...{ referencePath: 'reference', statusPath: 'status', codePath: '' },
  ...{ deliveredStatuses: ['delivered'], failedStatuses: ['failed', 'undelivered', 'expired'] },
}
const NEW_INBOUND: CustomSmsInbound = {
  ...{ idPath: 'id', fromPath: 'from', toPath: 'to', textPath: 'text', timePath: '' },
}
const REPORT_PATHS = ['referencePath', 'statusPath', 'codePath'] as const
const REPORT_STATUSES = ['deliveredStatuses', 'failedStatuses'] as const
const INBOUND_PATHS = ['fromPath', 'textPath', 'toPath', 'idPath', 'timePath'] as const

const Paths = <Name extends string>(props: {
  part: 'report' | 'inbound'
  names: readonly Name[]
  values: Readonly<Record<Name, string>>
  onChange: (name: Name, value: string) => void
}) => {
  const t = useT()
  return (
    <Group gap="sm" grow align="flex-start" preventGrowOverflow={false}>
      {props.names.map(name => (
        <TextInput
          key={name}
          miw={140}
          label={t(`sms.${props.part}.${name}` as 'sms.report.codePath')}
          maxLength={200}
          value={props.values[name]}
          onChange={event => props.onChange(name, event.currentTarget.value.trim())}
        />
      ))}
    </Group>
  )
}

const Signature = ({ settings, isStored, change }: FieldsProps<CustomSmsSettings>) => {
  const t = useT()
  return (
    <Group gap="sm" grow align="flex-start">
      <TextInput
        label={t('sms.signatureHeader')}
        description={t('sms.signatureHint')}
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={100}
        value={settings.signatureHeader ?? ''}
        onChange={event => change({ signatureHeader: textOrNull(event.currentTarget.value.trim()) })}
      />
      <Secret
        label={t('sms.signatureSecret')}
        isStored={isStored('signatureSecret')}
        value={settings.signatureSecret}
        onChange={signatureSecret => change({ signatureSecret })}
      />
    </Group>
  )
}

/** The fields. */
export const CustomSmsCalls = (props: FieldsProps<CustomSmsSettings>) => {
  const t = useT()
  const { settings, change } = props
  const { report, inbound } = settings
  const switchReport = useSwitch(report, NEW_REPORT, value => change({ report: value }))
  const switchInbound = useSwitch(inbound, NEW_INBOUND, value => change({ inbound: value }))
  return (
    <Stack gap="sm">
      <Switch
        label={t('sms.report')}
        checked={report !== null}
        onChange={event => switchReport(event.currentTarget.checked)}
      />
      {report !== null && (
        <>
          <Paths
            part="report"
            names={REPORT_PATHS}
            values={report}
            onChange={(name, value) => change({ report: { ...report, [name]: value } })}
          />
          {REPORT_STATUSES.map(name => (
            <TagsInput
              key={name}
              label={t(`sms.report.${name}`)}
              maxTags={50}
              value={report[name]}
              onChange={statuses => change({ report: { ...report, [name]: statuses } })}
            />
          ))}
        </>
      )}
      <Switch
        label={t('sms.inbound')}
        checked={inbound !== null}
        onChange={event => switchInbound(event.currentTarget.checked)}
      />
      {inbound !== null && (
        <Paths
          part="inbound"
          names={INBOUND_PATHS}
          values={inbound}
          onChange={(name, value) => change({ inbound: { ...inbound, [name]: value } })}
        />
      )}
      {(report !== null || inbound !== null) && <Signature {...props} />}
    </Stack>
  )
}
