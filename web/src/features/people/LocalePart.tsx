/** Language and time zone of a person: what content and quiet hours go by. */

import type { Profile } from '@carillon/contract'
import { Button, Group, Select, Stack, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useT } from '../../i18n/language.tsx'
import { ZONES } from '../../ui/local-time.ts'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useSaveAttributes } from './person-queries.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The fields; what is emptied goes from the profile. */
const LocaleFields = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const { attributes } = profile
  const [language, setLanguage] = useState(text(attributes['preferredLanguage']))
  const [zone, setZone] = useState<string | null>(text(attributes['timeZone']) || null)
  const save = useSaveAttributes(profile.id)
  const zones = zone === null || ZONES.includes(zone) ? ZONES : [zone, ...ZONES]
  const unchanged =
    language.trim() === text(attributes['preferredLanguage']) && (zone ?? '') === text(attributes['timeZone'])
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        save.mutate({ preferredLanguage: language.trim() === '' ? null : language.trim(), timeZone: zone })
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('people.language')}
            placeholder="nl-NL"
            w={130}
            maxLength={100}
            value={language}
            onChange={event => setLanguage(event.currentTarget.value)}
          />
          <Select
            label={t('people.zone')}
            placeholder={t('person.noZone')}
            style={{ flex: '1 1 200px' }}
            maw={320}
            searchable
            clearable
            limit={50}
            data={[...zones]}
            value={zone}
            onChange={setZone}
          />
          <Button
            type="submit"
            variant="default"
            aria-label={t('person.saveLocale')}
            disabled={unchanged}
            loading={save.isPending}
          >
            {t('settings.save')}
          </Button>
        </Group>
        <ProblemNote error={save.error} />
      </Stack>
    </form>
  )
}

/** The part. */
export const LocalePart = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const { attributes } = profile
  return (
    <section className="panel pad" aria-label={t('person.locale')}>
      <Title order={2} mb="xs">
        {t('person.locale')}
      </Title>
      {/* Other values than those that the fields began with: what was typed was typed against the old ones. */}
      <LocaleFields key={`${attributes['preferredLanguage']} ${attributes['timeZone']}`} profile={profile} />
    </section>
  )
}
