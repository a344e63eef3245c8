/** What a configuration of the push channel says about each message beside its content. */
import { type Static, Type } from 'typebox'
import { PUSH_PLATFORMS } from './people.ts'
import { choice, closed } from './shapes.ts'

/** An app at a platform: the package name, the bundle id, or the name that a site registers its browsers under. */
export const PushApp = closed({
  platform: choice(PUSH_PLATFORMS),
  appID: Type.String({ minLength: 1, maxLength: 200 }),
})
/** An app at a platform. */
export type PushApp = Static<typeof PushApp>

/** The members that have defaults. `shownBy`: who shows a notification on Android: the system, or the app, which gets data. */
export const PUSH_SENDING_OPTIONAL = { shownBy: choice(['system', 'app']) } as const
/** What they are where nobody said anything. */
export const PUSH_SENDING_DEFAULTS = { shownBy: 'system' } as const satisfies {
  [K in keyof typeof PUSH_SENDING_OPTIONAL]: Static<(typeof PUSH_SENDING_OPTIONAL)[K]>
}

/** All members. `apps`: the devices of these get the messages. */
export const PUSH_SENDING = {
  apps: Type.Array(PushApp, { minItems: 1, maxItems: 20, uniqueItems: true }),
  ...PUSH_SENDING_OPTIONAL,
} as const
