/** The links of a notification: where its touch and its buttons lead, as their author wrote them. */
import { type KnownLink, knownLink } from './link-book.ts'

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
export interface PushLinks {
  /** Of the notification itself, 0 when it leads nowhere, then of its buttons in order. */
  readonly ids: readonly bigint[]
  /** Those that are not stored yet, as far as this process knows. */
  unsaved(): readonly KnownLink[]
  saved(links: readonly KnownLink[]): void
}

const known = (url: string, label: string): KnownLink => knownLink({ url, label, fromData: false })

const isTemplate = (text: string): boolean => /\{\{|\{%/.test(text)

// The label of a button tells it apart; one that data make is no link's name.
const linkOfButton = ({ id, label, click, uri }: TouchableButton): KnownLink =>
  known(uri ?? `(${click})`, label === '' || isTemplate(label) ? id : label)

/** The links of a notification with these buttons. */
export const pushLinksOf = (touch: Touchable, buttons: readonly TouchableButton[]): PushLinks => {
  const own = touch.uri === null || touch.click === 'open_app' ? [] : [known(touch.uri, '')]
  const links = [...own, ...buttons.map(linkOfButton)]
  const ids = [...(own.length === 0 ? [0n] : []), ...links.map(link => link.linkId)]
  const saved = new Set<bigint>()
  return {
    ids,
    unsaved: () =>
      [...new Map(links.map(link => [link.linkId, link])).values()].filter(one => !saved.has(one.linkId)),
    saved: some => {
      for (const { linkId } of some) saved.add(linkId)
    },
  }
}
