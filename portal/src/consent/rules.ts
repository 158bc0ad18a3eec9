import { type ShownText, tickValueOf } from "@foyer/blocks";
import type { AcceptedTerms } from "../page-context.ts";

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
