/** Whether a person is a test profile: one to preview and to try with. */
import type { Profile } from '@carillon/contract'
import { Switch } from '@mantine/core'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useSaveAttributes } from './person-queries.ts'

/** The switch. */
export const TestSwitch = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const save = useSaveAttributes(profile.id)
  return (
    <>
      <Switch
        mt="md"
        label={t('people.test')}
        description={t('person.testHint')}
        checked={profile.attributes['testProfile'] === true}
        disabled={save.isPending}
        onChange={event => save.mutate({ testProfile: event.currentTarget.checked ? true : null })}
      />
      <ProblemNote error={save.error} />
    </>
  )
}
