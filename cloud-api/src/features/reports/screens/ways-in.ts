import { type TextKey, useTexts } from "./texts.ts";

/** The ways online that have a name. A box of a newer release may know one more. */
export const METHODS = [
  ...(["phone-code", "email-code", "returning", "click-through"] as const),
  ...(["access-code", "room", "member-code"] as const),
];

/** What a way in is called; a box of a newer release may know one more. */
export function useWayInName(): (method: string) => string {
  const t = useTexts();
  const known: readonly string[] = METHODS;
  return (method) => (known.includes(method) ? t(`method-${method}` as TextKey) : method);
}
