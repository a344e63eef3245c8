/** Tries one template: data and clock on one side, what it prints on the other. The server renders, as it does for a sending. */
import type { Profile, TemplateRenderResult, TemplateTarget } from '@carillon/contract'
import { SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Json } from '../../api.ts'
import { useT } from '../../i18n/language.tsx'
import { Findings } from '../../ui/Findings.tsx'
import { JsonField } from '../../ui/JsonField.tsx'
import { fromLocalField, ZONES, zoneHere } from '../../ui/local-time.ts'
import { MailFrame } from '../../ui/MailFrame.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { PersonSelect } from '../people/PersonSelect.tsx'
import { useApi } from '../session/session.tsx'

/** What is tried, and the data to begin with. */
export interface TryItProps {
  readonly source: string
  readonly target: TemplateTarget
  readonly profile: Json
  readonly context: Json
}

interface Payload {
  readonly profile: Json
  readonly context: Json
  readonly now: string
  readonly timeZone: string | null
}

const REST_MS = 350

const PayloadFields = (props: { payload: Payload; onChange: (patch: Partial<Payload>) => void }) => {
  const t = useT()
  const { payload, onChange } = props
  const [person, setPerson] = useState<Profile | null>(null)
  return (
    <Stack gap="sm">
      <PersonSelect
        test
        label={t('try.as')}
        placeholder={t('try.as')}
        person={person}
        onChange={next => {
          setPerson(next)
          if (next !== null) onChange({ profile: next.attributes })
        }}
      />
      {(['profile', 'context'] as const).map(part => (
        <JsonField
          key={part === 'profile' ? `profile ${person?.id}` : part}
          label={t(`content.${part}`)}
          readOnly={false}
          value={payload[part]}
          onChange={value => onChange({ [part]: value })}
        />
      ))}
      <TextInput
        type="datetime-local"
        label={t('try.now')}
        description={t('try.nowHint', { zone: zoneHere() })}
        value={payload.now}
        onChange={event => onChange({ now: event.currentTarget.value })}
      />
      <Select
        label={t('try.zone')}
        placeholder={t('try.zoneNone')}
        searchable
        clearable
        data={[...ZONES]}
        limit={50}
        value={payload.timeZone}
        onChange={timeZone => onChange({ timeZone })}
      />
    </Stack>
  )
}

const Metadata = ({ pairs }: { pairs: TemplateRenderResult['metadata'] }) => {
  const t = useT()
  if (pairs.length === 0) return null
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {t('try.metadata')}
      </Title>
      <table className="dense">
        <tbody>
          {pairs.map(({ key, value }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td className="mono break">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const VIEWS = ['page', 'source'] as const
type View = (typeof VIEWS)[number]

const Printed = ({ text, target }: { text: string; target: TemplateTarget }) => {
  const t = useT()
  const [view, setView] = useState<View>('page')
  const plain = (
    <pre className="code wrap" data-try="text">
      {text}
    </pre>
  )
  if (target !== 'html') return plain
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t('try.result')}
        value={view}
        onChange={next => setView(VIEWS.find(one => one === next) ?? 'page')}
        data={VIEWS.map(value => ({ value, label: t(`try.${value}`) }))}
      />
      {view === 'source' ? (
        plain
      ) : (
        <div className="try-frame">
          <MailFrame html={text} title={t('try.frame')} />
        </div>
      )}
    </Stack>
  )
}

const useRender = ({ source, target }: TryItProps, payload: Payload) => {
  const api = useApi()
  const { profile, context, now, timeZone } = payload
  // The same object as long as nothing is typed: another one would be another value to rest on.
  const typed = useMemo(
    () => ({ source, target, profile, context, now: fromLocalField(now), timeZone }),
    [source, target, profile, context, now, timeZone],
  )
  const [asked] = useDebouncedValue(typed, REST_MS)
  return useQuery({
    queryKey: ['render', asked],
    queryFn: ({ signal }) => api.templates.render(asked, signal),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  })
}

const Result = ({ result, target }: { result: TemplateRenderResult; target: TemplateTarget }) => {
  const t = useT()
  return (
    <Stack gap="sm" aria-live="polite">
      {result.text === null ? (
        <Text size="sm" c="dimmed">
          {t('try.nothing')}
        </Text>
      ) : (
        <Printed text={result.text} target={target} />
      )}
      <Findings findings={result.findings} />
      <Metadata pairs={result.metadata} />
    </Stack>
  )
}

/** The panel. Its data is its own: trying changes nothing that is stored. */
export const TryIt = (props: TryItProps) => {
  const t = useT()
  const [payload, setPayload] = useState<Payload>({
    profile: props.profile,
    context: props.context,
    now: '',
    timeZone: null,
  })
  const render = useRender(props, payload)
  return (
    <div className="try-it">
      <PayloadFields payload={payload} onChange={patch => setPayload(before => ({ ...before, ...patch }))} />
      <section aria-label={t('try.result')}>
        <ProblemNote error={render.error} onRetry={() => void render.refetch()} />
        {render.data && <Result result={render.data} target={props.target} />}
      </section>
    </div>
  )
}
