/** A state in one or two words: an icon and a word, so that colour never speaks alone. */
import type { ComponentType, ReactNode } from 'react'

/** The tones; which state has which is the features' choice. */
export type Tone = 'grey' | 'green' | 'red' | 'amber' | 'blue' | 'bronze'
/** What every icon of the set takes. */
export type IconType = ComponentType<{ size?: number | string; stroke?: number | string }>

/** The chip. */
export const Chip = (props: { tone: Tone; icon: IconType; children: ReactNode }) => (
  <span className="chip" data-tone={props.tone}>
    <props.icon size={13} stroke={2} />
    {props.children}
  </span>
)
