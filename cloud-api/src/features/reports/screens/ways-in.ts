/** The ways online that have a name. A box of a newer release may know one more. */
export const METHODS = [
  ...(["phone-code", "email-code", "returning", "click-through"] as const),
  ...(["access-code", "room", "member-code"] as const),
];
