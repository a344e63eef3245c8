/** The editor of each channel's content. A new channel has an entry here. */
import type { CampaignChannel, ChannelContent, ContentByChannel } from '@carillon/contract'
import type { FunctionComponent } from 'react'
import { EmailEditor } from './EmailEditor.tsx'
import { PushEditor } from './PushEditor.tsx'
import { SmsEditor } from './SmsEditor.tsx'
import type { Editor } from './use-editor.ts'

/** What an editor of content gets. */
export interface ContentEditorProps<Content> {
  readonly editor: Editor
  readonly content: Content
  readonly onChange: (content: Content) => void
}

const EDITORS: {
  readonly [C in CampaignChannel]: FunctionComponent<ContentEditorProps<ContentByChannel[C]>>
} = {
  email: EmailEditor,
  sms: SmsEditor,
  push: PushEditor,
}

/** The editor of the campaign's channel. */
export const ContentFields = ({ editor }: { editor: Editor }) => {
  const { channel, content } = editor.properties
  // The content was held against the schema of its channel.
  const Fields = EDITORS[channel] as FunctionComponent<ContentEditorProps<ChannelContent>>
  return (
    <Fields
      key={channel}
      editor={editor}
      content={content}
      onChange={changed => editor.change({ content: changed })}
    />
  )
}
