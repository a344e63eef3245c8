/** A fragment's page: what it says, saved as you type; who uses it; and what it prints with data of your own. */
import type { Fragment } from '@carillon/contract'
import { Alert, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { IconArchive, IconInfoCircle } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useSpeech, useT } from '../../i18n/language.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { sampleFor } from '../editor/sample-for.ts'
import { TemplateEditor } from '../editor/TemplateEditor.tsx'
import { TryIt } from '../editor/TryIt.tsx'
import { useKnowledge } from '../editor/use-knowledge.ts'
import { SaveBanner } from '../saving/SaveBanner.tsx'
import { SaveNote } from '../saving/SaveNote.tsx'
import { useApi } from '../session/session.tsx'
import { FragmentActions } from './FragmentActions.tsx'
import { FragmentBeside } from './FragmentBeside.tsx'
import { FragmentFindings } from './FragmentFindings.tsx'
import { useFragment } from './fragment-queries.ts'
import { FragmentChip } from './fragment-status.tsx'
import { type FragmentEditor, useFragmentEditor } from './use-fragment-editor.ts'

const Describe = ({ editor }: { editor: FragmentEditor }) => {
  const { t, formats } = useSpeech()
  const { fragment, text, readOnly, change } = editor
  return (
    <section className="panel pad">
      <Stack gap="sm">
        <TextInput
          label={t('campaigns.name')}
          readOnly={readOnly}
          maxLength={200}
          value={text.name}
          error={text.name.trim() === '' ? t('fragments.nameNeeded') : null}
          onChange={event => change({ name: event.currentTarget.value })}
        />
        <Textarea
          label={t('prop.description')}
          description={t('prop.descriptionHint')}
          readOnly={readOnly}
          autosize
          maxRows={6}
          maxLength={2_000}
          value={text.description}
          onChange={event => change({ description: event.currentTarget.value })}
        />
        <Facts
          facts={[
            [
              t('fragments.key'),
              <span key="key" className="mono">
                {fragment.key}
              </span>,
            ],
            [t('fragments.subType'), t(`fragments.${fragment.subType}`)],
            [t('campaigns.modified'), `${formats.exact(fragment.modifiedAt)}, ${fragment.modifiedBy}`],
          ]}
        />
      </Stack>
    </section>
  )
}

const Source = ({ editor }: { editor: FragmentEditor }) => {
  const t = useT()
  const { fragment, text, readOnly, change } = editor
  const context = useKnowledge({ texts: [text.source], contextSchema: null, isFragment: true })
  return (
    <section className="panel pad">
      <TemplateEditor
        label={t('fragments.source')}
        target={fragment.subType}
        readOnly={readOnly}
        context={context}
        value={text.source}
        onChange={source => change({ source })}
      />
      <Text size="xs" c="dimmed" mt={6}>
        {t('fragments.useIt')}{' '}
        <code className="mono">{`{{fragment id='${fragment.key}' mode='inline'}}`}</code>
      </Text>
    </section>
  )
}

const Banners = ({ editor }: { editor: FragmentEditor }) => {
  const t = useT()
  const api = useApi()
  const { fragment } = editor
  const version = fragment.live?.number
  return (
    <>
      <SaveBanner
        saving={editor}
        newest={async () => (await api.fragments.get(fragment.id)).revision}
        onReload={editor.reload}
      />
      {editor.readOnly && (
        <Alert mb="md" p="xs" px="md" color="gray" icon={<IconArchive size={18} />}>
          <Text size="sm">{t('fragments.archivedNote')}</Text>
        </Alert>
      )}
      {!editor.readOnly && version !== undefined && (
        <Alert mb="md" p="xs" px="md" color="gray" icon={<IconInfoCircle size={18} />}>
          <Text size="sm">
            {t(fragment.hasDraft ? 'fragments.draftNote' : 'fragments.liveNote', { n: version })}
          </Text>
        </Alert>
      )}
    </>
  )
}

const Open = (props: { fragment: Fragment; newest: Fragment; onReload: () => void }) => {
  const t = useT()
  const opened = useFragmentEditor(props.fragment, props.onReload)
  // Status and versions follow the server; the text stays the copy being edited.
  const editor = { ...opened, fragment: props.newest, readOnly: props.newest.status === 'archived' }
  const { fragment, text } = editor
  const [sample] = useState(() => sampleFor(text.source))
  return (
    <>
      <div className="sticky-head">
        <PageHead
          title={text.name}
          beside={<FragmentChip status={fragment.status} hasDraft={fragment.hasDraft} />}
        >
          <SaveNote saving={editor} readOnly={editor.readOnly} />
          <FragmentActions editor={editor} />
        </PageHead>
      </div>
      <Banners editor={editor} />
      <div className="fragment-grid">
        <Stack gap="md">
          <Source editor={editor} />
          <FragmentFindings editor={editor} />
          <section className="panel pad">
            <Title order={2} mb="sm">
              {t('try.open')}
            </Title>
            <TryIt source={text.source} target={fragment.subType} {...sample} />
          </section>
        </Stack>
        <Stack gap="md">
          <Describe editor={editor} />
          <FragmentBeside fragment={fragment} />
        </Stack>
      </div>
    </>
  )
}

/** The page. `loads` makes a fresh editor after a reload: only then is typed work replaced. */
export const FragmentPage = () => {
  const { id } = useParams({ from: '/app/content/fragments/$id' })
  const query = useFragment(id)
  const [first, setFirst] = useState<{ fragment: Fragment; loads: number } | null>(null)
  const reload = async () => {
    const { data } = await query.refetch()
    if (data !== undefined) setFirst(before => ({ fragment: data, loads: (before?.loads ?? 0) + 1 }))
  }
  return (
    <Loaded query={query}>
      {newest => {
        const begun = first?.fragment.id === id ? first : { fragment: newest, loads: 0 }
        return (
          <Open
            key={`${id}-${begun.loads}`}
            fragment={begun.fragment}
            newest={newest}
            onReload={() => void reload()}
          />
        )
      }}
    </Loaded>
  )
}
