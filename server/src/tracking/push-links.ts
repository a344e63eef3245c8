/** The links of a notification: where its touch and its buttons lead, as their author wrote them. */
import { createStock, type KnownLink, knownLink, type LinkStock } from './link-book.ts'

/** What can be touched. */
export interface Touchable {
  readonly click: string
  readonly uri: string | null
}

/** A button; its label is that of the link. */
export interface TouchableButton extends Touchable {
  readonly id: string
  readonly label: string
}

/** The links of one content. */
export interface PushLinks extends Omit<LinkStock, 'follow'> {
  /** Of the notification itself, 0 when it leads nowhere, then of its buttons in order. */
  readonly ids: readonly bigint[]
  /** Says that all are in a notification. */
  followAll(): void
}

const known = (url: string, label: string): KnownLink => knownLink({ url, label, fromData: false })

/** Whether data make a text what it is. */
export const isTemplate = (text: string): boolean => /\{\{|\{%/.test(text)

// The label of a button tells it apart; one that data make is no link's name.
const linkOfButton = ({ id, label, click, uri }: TouchableButton): KnownLink =>
  known(uri ?? `(${click})`, label === '' || isTemplate(label) ? id : label)

/** The links of a notification with these buttons. */
export const pushLinksOf = (touch: Touchable, buttons: readonly TouchableButton[]): PushLinks => {
  const own = touch.uri === null || touch.click === 'open_app' ? [] : [known(touch.uri, '')]
  const links = [...own, ...buttons.map(linkOfButton)]
  const ids = [...(own.length === 0 ? [0n] : []), ...links.map(link => link.linkId)]
  const { follow, ...stock } = createStock()
  return {
    ...stock,
    ids,
    followAll: () => {
      for (const link of links) follow(link)
    },
  }
}
