/** What a provider said, word for word. */
import type { ProviderAnswer } from '@carillon/contract'
import { Alert } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'

/** The note; `good` and `bad` are its titles. */
export const ProviderAnswerNote = (props: { answer: ProviderAnswer; good: string; bad: string }) => {
  const { answer, good, bad } = props
  return (
    <Alert
      role="status"
      variant="light"
      color={answer.ok ? 'green' : 'red'}
      icon={answer.ok ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
      title={answer.ok ? good : bad}
    >
      <span className="mono break">
        {answer.code} {answer.answer}
      </span>
    </Alert>
  )
}
