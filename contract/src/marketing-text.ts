import { type Static, Type } from "typebox";
import type { LegalText } from "./branch-settings.ts";
import { MESSAGE_CHANNELS, MessageChannel } from "./events/consent.ts";
import { LocalText } from "./local-text.ts";

/**
 * The words about messages and offers where each channel is a choice of its own. Apart from legalTexts,
 * which a box of a release before would ask with one tick for all channels: it asks nobody instead.
 */
export const MarketingText = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  /** Those that the branch really sends by, in the order they are shown in. */
  channels: Type.Array(MessageChannel, {
    minItems: 1,
    maxItems: MESSAGE_CHANNELS.length,
    uniqueItems: true,
  }),
  /** One sentence above the boxes to tick. */
  label: LocalText,
  body: LocalText,
});
export type MarketingText = Static<typeof MarketingText>;

/** A text as guests are asked by it. Without channels it is one question. */
export type AskedText = LegalText & { channels?: MarketingText["channels"] };

type Texts = { legalTexts: LegalText[]; marketingText?: MarketingText };

/** Every text that guests are asked by. */
export function listAskedTexts({ legalTexts, marketingText }: Texts): AskedText[] {
  if (!marketingText) return legalTexts;
  const others = legalTexts.filter(({ purpose }) => purpose !== "marketing");
  return [...others, { purpose: "marketing", ...marketingText }];
}

/** The same as a settings document has them. */
export function splitAskedTexts(texts: readonly AskedText[]): Texts {
  const byChannel = texts.find(({ channels }) => channels !== undefined);
  const legalTexts = texts.filter(({ channels }) => channels === undefined);
  if (!byChannel?.channels) return { legalTexts };
  const { purpose: _, channels, ...words } = byChannel;
  return { legalTexts, marketingText: { ...words, channels } };
}
