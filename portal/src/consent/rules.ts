import { hashLegalWords } from "@foyer/branch-store";
import type { AskedText, ConsentPurpose, Language, MessageChannel } from "@foyer/contract";
import type { AcceptedTerms } from "../page-context.ts";

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

/** What is asked beside access, each by itself; access never depends on it. */
export const OPTIONAL_PURPOSES = [
  ...(["marketing", "profiling", "presence", "ads"] as const),
] satisfies ConsentPurpose[];

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

export type Tick =
  | { kind: "ticked"; terms: AcceptedTerms }
  | { kind: "unticked" }
  /** The text changed between the page and the tick: the guest has to see the new one. */
  | { kind: "changed" };

/** Reads a box to tick against the text in force. */
export function readTick(value: string, text: ShownText): Tick {
  if (value === "") return { kind: "unticked" };
  if (value !== tickValueOf(text)) return { kind: "changed" };
  const { version, sha256, language } = text;
  return { kind: "ticked", terms: { version, sha256, language } };
}
