export { chooseWords } from "@foyer/contract";

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

type Say = (
  key:
    | `sign-in-${(typeof METHODS)[number] | "other"}`
    | `case-${"raised" | "closed" | "done"}`
    | `mark-${"tagged" | "untagged" | "tagged-gone" | "untagged-gone"}`
    | `mark-${"group" | "no-group" | "tier" | "no-tier"}`
    | `merge-${"merged" | "parted"}`
    | `wifi-key-${(typeof KEY_WORDS)[number] | "ended"}`,
  values?: Record<string, string>,
) => string;
type Told = { what: string | null; names: readonly string[] };

const METHODS = [
  ...(["phone-code", "email-code", "member-code", "room"] as const),
  ...(["access-code", "click-through", "returning"] as const),
];
const KEY_WORDS = ["issued", "guest", "staff", "replaced", "other-guest", "forgotten"] as const;
const isMethod = within(METHODS);
const isKeyWord = within(KEY_WORDS);

export function within<T extends string>(list: readonly T[]) {
  return (text: string | null): text is T => list.some((each) => each === text);
}

/** The moments that are told alike to staff and to whom they are of. */
export const SENTENCES = {
  "sign-in": (say: Say, { what }: Told) => say(`sign-in-${isMethod(what) ? what : "other"}`),
  case: (say: Say, { what, names: [name = ""] }: Told) => {
    if (what === "done") return say("case-done", { name });
    return say(what === "closed" ? "case-closed" : "case-raised");
  },
  mark: (say: Say, { what, names: [name = ""] }: Told) => {
    if (what === "tagged") return name ? say("mark-tagged", { name }) : say("mark-tagged-gone");
    if (what === "untagged")
      return name ? say("mark-untagged", { name }) : say("mark-untagged-gone");
    if (what === "tier") return name ? say("mark-tier", { name }) : say("mark-no-tier");
    return name ? say("mark-group", { name }) : say("mark-no-group");
  },
  merge: (say: Say, { what }: Told) => say(what === "parted" ? "merge-parted" : "merge-merged"),
  "wifi-key": (say: Say, { what }: Told) => say(`wifi-key-${isKeyWord(what) ? what : "ended"}`),
};
