/** What the check of a campaign or of its content found: where, what, and the line with the place marked. */
import type { Finding } from '@carillon/contract'
import { Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react'
import { useT } from '../i18n/language.tsx'
import { Chip } from './Chip.tsx'

const FindingNote = ({ finding }: { finding: Finding }) => {
  const t = useT()
  const error = finding.severity === 'error'
  const { line, column } = finding
  return (
    <div className="finding" data-severity={finding.severity}>
      <Chip tone={error ? 'red' : 'amber'} icon={error ? IconCircleX : IconAlertTriangle}>
        {t(`finding.${finding.severity}`)}
      </Chip>{' '}
      <span className="mono">{finding.pointer}</span>
      {line !== null && column !== null && <span> · {t('finding.at', { line, column })}</span>}
      <Text size="sm" mt={2}>
        {finding.message}
      </Text>
      {finding.excerpt !== null && (
        <pre className="code" style={{ marginTop: 4 }}>
          {finding.excerpt}
        </pre>
      )}
      {finding.fix !== null && (
        <Text size="sm" c="dimmed" mt={2}>
          {finding.fix}
        </Text>
      )}
    </div>
  )
}

/** The list; nothing when there is nothing. */
export const Findings = ({ findings }: { findings: readonly Finding[] }) => (
  <Stack gap="xs">
    {findings.map(one => (
      <FindingNote key={[one.pointer, one.code, one.line, one.column, one.message].join()} finding={one} />
    ))}
  </Stack>
)
