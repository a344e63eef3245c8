/** The cell of a list that names a person, and opens the message. */
import { Link } from '@tanstack/react-router'

/** The cell. */
export const PersonCell = (props: {
  row: { readonly messageId: string; readonly userId: string; readonly namespace: string }
}) => {
  const { messageId, userId, namespace } = props.row
  return (
    <td className="break" style={{ minWidth: 120 }}>
      <Link to="/messages/$messageId" params={{ messageId }} className="link strong">
        {userId}
      </Link>{' '}
      <span className="tag">{namespace}</span>
    </td>
  )
}
