import {
  type AskedText,
  type ConsentPurpose,
  hashLegalWords,
  type Language,
  type MessageChannel,
} from "@foyer/contract";
import type { Onward } from "./words.ts";

/** A legal text as one guest sees it. */
export type ShownText = {
  purpose: ConsentPurpose;
  version: number;
  sha256: string;
  language: Language;
  label: string;
  body: string;
  /** Each is a choice of its own; null: the text is one question. */
  channels: readonly MessageChannel[] | null;
};

/** Of each text of the settings that are in force, by language: the same for all guests. */
const shown = new WeakMap<AskedText, Map<Language, ShownText>>();

/**
 * The text of a purpose in the guest's language, else in the branch's order, else in whichever it has:
 * nobody goes online without the terms because they were not translated.
 */
export function findText(
  texts: readonly AskedText[],
  purpose: ConsentPurpose,
  languages: { language: Language; branchLanguages: readonly Language[] },
): ShownText | null {
  const text = texts.find((each) => each.purpose === purpose);
  if (!text) return null;
  const written = Object.keys(text.label) as Language[];
  for (const language of [languages.language, ...languages.branchLanguages, ...written]) {
    const label = text.label[language];
    if (label) return showText(text, language, label);
  }
  return null;
}

function showText(text: AskedText, language: Language, label: string): ShownText {
  const ofText = shown.get(text) ?? new Map<Language, ShownText>();
  shown.set(text, ofText);
  const known = ofText.get(language);
  if (known) return known;
  const { purpose, version, channels = null } = text;
  const body = text.body[language] ?? "";
  const sha256 = hashLegalWords({ label, body });
  const made = { purpose, version, sha256, language, label, body, channels };
  ofText.set(language, made);
  return made;
}

export type Choice = { purpose: ConsentPurpose; channel: MessageChannel | null };

/** What a text asks, answer by answer. */
export function listChoices({ purpose, channels }: ShownText): Choice[] {
  return (channels ?? [null]).map((channel) => ({ purpose, channel }));
}

/** The name of a choice's box to tick. */
export function tickNameOf({ purpose, channel }: Choice): string {
  return channel === null ? purpose : `${purpose}-${channel}`;
}

/** What a ticked box sends: which words were ticked, so that other words are not agreed to. */
export function tickValueOf(text: ShownText): string {
  return `${text.version}.${text.sha256}`;
}

export type TickView = ReturnType<typeof viewTick>;

/** A box to tick, or one for each channel, never ticked beforehand. */
export function viewTick({ t, hrefOf }: Onward, text: ShownText, fault: string | null = null) {
  const channels = listChoices(text).map((choice) => ({
    name: tickNameOf(choice),
    label: choice.channel === null ? "" : t(`channel.${choice.channel}`),
  }));
  return {
    purpose: text.purpose,
    language: text.language,
    label: text.label,
    value: tickValueOf(text),
    channels: text.channels === null ? null : channels,
    href: text.body === "" ? null : hrefOf(`/legal/${text.purpose}`),
    fault,
  };
}
