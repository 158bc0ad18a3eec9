import { type Identifier, listToldIdentifiers } from "./claim-rules.ts";
import type { OwnFieldKind } from "./field-rules.ts";
import type { Searchable } from "./rules.ts";

/** A field of the company's own, and whether customers are found by what it says. */
export type FoundBy = { key: string; kind: OwnFieldKind; searchable: boolean };

type Known = {
  name: string | null;
  email: string | null;
  phone: string | null;
  /** The last word on each field that has any. */
  told: Readonly<Record<string, string>>;
};
type Around = {
  own: readonly FoundBy[];
  /** Numbers and addresses that are theirs by proof. */
  proved: readonly Identifier[];
};

/** Fields of these kinds can be searched: what they say is words or a number. */
export const SEARCHABLE_KINDS: readonly OwnFieldKind[] = ["text", "number", "phone", "email"];

/** What a customer is found by: their record, their cards and numbers, and fields an admin chose. */
export function searchableOf(
  { name, email, phone, told }: Known,
  { own, proved }: Around,
): Searchable {
  const found = own.filter(({ searchable }) => searchable);
  const saying = (kinds: readonly OwnFieldKind[]) =>
    found.filter(({ kind }) => kinds.includes(kind)).flatMap(({ key }) => told[key] ?? []);
  const identifiers = listToldIdentifiers(told, []);
  const codes = identifiers.flatMap(({ kind, value }) =>
    kind === "card" || kind === "posId" || kind === "zaloId" ? [value] : [],
  );
  const phones = [...identifiers, ...proved].flatMap(({ kind, value }) =>
    kind === "phone" ? [value] : [],
  );
  const written = ["card", "posId", "zaloId"].flatMap((field) => told[field] ?? []);
  return {
    ...{ name, email, phone },
    phones: [...phones, ...saying(["phone"])],
    codes: [...codes, ...saying(["number", "email"])],
    texts: [...saying(["text"]), ...written],
  };
}
