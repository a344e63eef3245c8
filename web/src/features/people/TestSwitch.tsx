/** Whether a person is a test profile: one to preview and to try with. */
import type { Profile } from '@carillon/contract'
import { Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useApi } from '../session/session.tsx'

/** The switch. */
export const TestSwitch = ({ profile }: { profile: Profile }) => {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: (isTest: boolean) =>
      api.profiles.patch(profile.id, { attributes: { testProfile: isTest ? true : null } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['profile', profile.id] })
      await queries.invalidateQueries({ queryKey: ['profiles'] })
    },
  })
  return (
    <>
      <Switch
        mt="md"
        label={t('people.test')}
        description={t('person.testHint')}
        checked={profile.attributes['testProfile'] === true}
        disabled={save.isPending}
        onChange={event => save.mutate(event.currentTarget.checked)}
      />
      <ProblemNote error={save.error} />
    </>
  )
}
