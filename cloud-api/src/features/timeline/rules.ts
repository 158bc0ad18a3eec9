/** What may be on a customer's timeline. */
export const MOMENT_KINDS = [
  "visit",
  "sign-in",
  "survey",
  "case",
  "details",
  "consent",
  "mark",
  "merge",
  "request",
  "wifi-key",
] as const;
export type MomentKind = (typeof MOMENT_KINDS)[number];
