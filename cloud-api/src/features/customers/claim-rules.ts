import type { OwnFieldRow } from "./field-queries.ts";
import { IDENTIFYING_FIELDS, type IdentifyingField, identifierOf } from "./field-rules.ts";

/** What may say that two records are one person. */
export type Identifier = { kind: IdentifyingField | "device"; value: string };

/**
 * A number that more records than this name is a shop's own, or a made-up one: it says nothing of a
 * person.
 */
export const CLAIMANTS_MAX = 5;

/** All that identifies a customer by what was told of them, each once. */
export function listToldIdentifiers(
  told: Readonly<Record<string, string>>,
  own: readonly Pick<OwnFieldRow, "key" | "kind">[],
): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (kind: IdentifyingField, value: string | undefined) => {
    if (!value) return;
    const identifier = { kind, value: identifierOf(kind, value) };
    found.set(`${kind} ${identifier.value}`, identifier);
  };
  for (const field of IDENTIFYING_FIELDS)
    add(field, field === "email" ? told.email?.toLowerCase() : told[field]);
  for (const { key, kind } of own) if (kind === "phone" || kind === "email") add(kind, told[key]);
  return [...found.values()];
}

/** Two ids in the one order in which a pair is kept. */
export function orderPair(one: string, other: string): [string, string] {
  return one < other ? [one, other] : [other, one];
}
