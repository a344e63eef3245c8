/** The business rules of a marketing campaign: which of the active rule sets it is under. */
import { MultiSelect } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'
import { ProblemNote } from '../../ui/ProblemNote.tsx'
import { useActiveRuleSets } from './rule-queries.ts'

/** The field. A set that was chosen and is not active any more stays shown, so that it can be taken out. */
export const RuleSetSelect = (props: {
  value: readonly string[]
  readOnly: boolean
  onChange: (ruleSetIds: string[]) => void
}) => {
  const t = useT()
  const active = useActiveRuleSets()
  const offered = (active.data?.items ?? []).filter(set => !set.global)
  const gone = props.value.filter(id => active.data && !offered.some(set => set.id === id))
  return (
    <>
      <MultiSelect
        label={t('rules.sets')}
        description={
          <>
            {t('rules.setsHint')}{' '}
            <Link to="/settings" search={{ part: 'rules' }} className="link">
              {t('settings.rules')}
            </Link>
          </>
        }
        clearable={!props.readOnly}
        readOnly={props.readOnly}
        maxValues={10}
        placeholder={active.data && offered.length + props.value.length === 0 ? t('rules.noActive') : ''}
        data={[
          ...offered.map(set => ({ value: set.id, label: set.name })),
          ...gone.map(value => ({ value, label: t('rules.notActive', { id: value.slice(-8) }) })),
        ]}
        value={[...props.value]}
        onChange={props.onChange}
      />
      <ProblemNote error={active.error} onRetry={() => void active.refetch()} />
    </>
  )
}
