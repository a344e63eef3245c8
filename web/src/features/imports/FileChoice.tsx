/** A place to drop a file on, or to choose one by a button. */
import { Button, FileButton, Stack, Text } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { type DragEvent, useState } from 'react'

const ACCEPT = '.csv,.tsv,.txt,.jsonl,.ndjson,.json,text/csv,application/x-ndjson'

/** The place; `text` says what is wanted, `action` is the button. */
export const FileChoice = (props: {
  text: string
  action: string
  busy: boolean
  onFile: (file: File) => void
}) => {
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file !== undefined && !props.busy) props.onFile(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the short way of the button inside
    <div
      className="drop"
      data-over={over}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="xs">
        <IconFileUpload size={28} stroke={1.5} />
        <Text size="sm" ta="center">
          {props.text}
        </Text>
        <FileButton
          accept={ACCEPT}
          inputProps={{ 'aria-label': props.action }}
          onChange={file => file !== null && props.onFile(file)}
        >
          {button => (
            <Button {...button} loading={props.busy} data-autofocus>
              {props.action}
            </Button>
          )}
        </FileButton>
      </Stack>
    </div>
  )
}
