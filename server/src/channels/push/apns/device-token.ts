/** Tokens of Apple's devices: hexadecimal; their length may change (Apple: "Don't hard-code their size"). */
export const APNS_TOKEN = /^[0-9a-fA-F]{32,400}$/
