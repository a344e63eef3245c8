/** Where to go after a log-in. */

/** The path asked for, if it is one of this site; a full or protocol-relative address is an open redirect and is refused. */
export const backPath = (back: string | undefined): string =>
  back !== undefined && /^\/(?![/\\])/.test(back) && !back.startsWith('/login') ? back : '/campaigns'
