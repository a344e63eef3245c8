/** A button that fetches a file and gives it to the browser. */
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { ProblemNote } from './ProblemNote.tsx'
import { saveFile } from './save-file.ts'

/** The button, `small` in rows; `name` is the file's. */
export const DownloadDeed = (props: {
  label: string
  name: string
  small?: boolean
  disabled?: boolean
  read: () => Promise<Blob>
}) => {
  const take = useMutation({ mutationFn: async () => saveFile(props.name, await props.read()) })
  return (
    <>
      <Button
        size={props.small === true ? 'compact-sm' : 'sm'}
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={take.isPending}
        disabled={props.disabled ?? false}
        onClick={() => take.mutate()}
      >
        {props.label}
      </Button>
      <ProblemNote error={take.error} />
    </>
  )
}
