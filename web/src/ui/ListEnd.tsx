/** The end of a list that is read page by page. */
import { Button, Center } from '@mantine/core'
import { useT } from '../i18n/language.tsx'

/** The button, while there is more. */
export const ListEnd = (props: { more: boolean; pending: boolean; onMore: () => void }) => {
  const t = useT()
  if (!props.more) return null
  return (
    <Center py="sm">
      <Button variant="default" size="compact-md" loading={props.pending} onClick={props.onMore}>
        {t('app.more')}
      </Button>
    </Center>
  )
}
