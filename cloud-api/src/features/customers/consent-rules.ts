import { MESSAGE_CHANNELS } from "@foyer/contract";

export { MESSAGE_CHANNELS } from "@foyer/contract";

type Act = { purpose: string; channel: string | null; given: boolean };

/** What an act speaks of: of messages each channel, or the one it names. */
const listSpoken = ({ purpose, channel }: Act): string[] =>
  (purpose === "marketing" && channel === null ? MESSAGE_CHANNELS : [channel ?? ""]).map(
    (each) => `${purpose} ${each}`,
  );

/**
 * Of acts, the newest first, those by which something is agreed to now that may be taken back. The terms
 * may not: being online rests on them.
 */
export function listRevocableActs<Given extends Act>(acts: readonly Given[]): Given[] {
  const said = new Set<string>();
  return acts.filter((act) => {
    const news = listSpoken(act).filter((each) => !said.has(each));
    for (const each of news) said.add(each);
    return act.given && act.purpose !== "terms" && news.length > 0;
  });
}

/** What no box heard: it is told of it. */
export const SAID_ELSEWHERE = ["own-page", "staff", "merge"] as const;

/**
 * How something was said: on a page of the Wi-Fi (`portal`: a box that does not tell by which act), on
 * the customer's own page, to staff, or by the merge of two records.
 */
export const CONSENT_METHODS = [
  ...["phone-code", "email-code", "member-code", "room", "access-code"],
  ...["click-through", "returning", "details", "privacy-page", "deletion"],
  ...["portal", ...SAID_ELSEWHERE],
] as const;
type ConsentMethod = (typeof CONSENT_METHODS)[number];

export const isConsentMethod = (method: string): method is ConsentMethod =>
  (CONSENT_METHODS as readonly string[]).includes(method);
