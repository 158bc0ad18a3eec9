/** What a row of a file says of a person; numbers in E.164, addresses as `normaliseEmail` has them. */
export type Told = {
  name?: string;
  phone?: string;
  email?: string;
  birthday?: string;
  language?: string;
  /** An account of a Zalo Official Account's follower: the account's id, a colon, the follower's. */
  zaloId?: string;
};
export type ToldField = keyof Told;

/** `rowId` becomes the customer's id where the row makes one. */
export type FileRow = { rowId: string; told: Told };

export type LeftOutReason =
  /** Somebody who asked to be forgotten is not brought back by an old list. */
  | "forgotten"
  /** One of number, address and Zalo account is one customer's, another is another's. */
  | "two-customers"
  /** The address is a customer's who has another number. */
  | "other-phone";

export type RowOutcome =
  | { kind: "new"; customerId: string; fields: readonly ToldField[] }
  | { kind: "changed"; customerId: string; fields: readonly ToldField[] }
  | { kind: "same"; customerId: string }
  | { kind: "left-out"; reason: LeftOutReason };

/** What is known of whom the rows may mean. `planRow` adds what each row will bring. */
export type KnownPeople = {
  /** `nameIdentifier()` → customer id. */
  holders: Map<string, string>;
  /** Customer id → what counts now. */
  told: Map<string, Told>;
  /** Identifiers of people who were forgotten, as `nameIdentifier()` has them. */
  forgotten: ReadonlySet<string>;
  /** Customers who have a number. */
  numbered: Set<string>;
  /** Customer id → fields whose last word came from where the rows come from: they follow it. */
  followed: ReadonlyMap<string, ReadonlySet<string>>;
};

export const IDENTIFIER_KINDS = ["phone", "email", "zaloId"] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

export function nameIdentifier(kind: IdentifierKind, value: string): string {
  return `${kind}:${value}`;
}

/** What identifies a row's person. */
export function listIdentifiers(told: Told): { kind: IdentifierKind; value: string }[] {
  return IDENTIFIER_KINDS.flatMap((kind) => {
    const value = told[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
}

/**
 * Whose row it is, and what it brings. What is known stays unless the file is to `replace` it; a
 * number that somebody has is never changed by a file. Later rows see what earlier ones bring.
 */
export function planRow(
  people: KnownPeople,
  { rowId, told }: FileRow,
  { replace }: { replace: boolean },
): RowOutcome {
  const found = findPerson(people, told);
  if (found.kind === "left-out") return found;
  const customerId = found.customerId ?? rowId;
  const before = people.told.get(customerId) ?? {};
  const followed = people.followed.get(customerId);
  const isHeld = (field: ToldField) =>
    field === "zaloId" && people.holders.has(nameIdentifier(field, told[field] ?? ""));
  const fields = listBrought(before, told, (field) => replace || (followed?.has(field) ?? false))
    // A Zalo account stands among the identifiers alone.
    .filter((field) => !isHeld(field));
  if (found.customerId !== null && fields.length === 0) return { kind: "same", customerId };
  const after = { ...before };
  for (const field of fields) Object.assign(after, { [field]: told[field] });
  people.told.set(customerId, after);
  if (fields.includes("phone")) people.numbered.add(customerId);
  for (const { kind, value } of listIdentifiers(told))
    if (fields.includes(kind) && !people.holders.has(nameIdentifier(kind, value)))
      people.holders.set(nameIdentifier(kind, value), customerId);
  return { kind: found.customerId === null ? "new" : "changed", customerId, fields };
}

type Person =
  | { kind: "person"; customerId: string | null }
  | { kind: "left-out"; reason: LeftOutReason };

function findPerson({ holders, forgotten, numbered }: KnownPeople, told: Told): Person {
  const identifiers = listIdentifiers(told).map(({ kind, value }) => nameIdentifier(kind, value));
  // Whoever came back of their own will is known again, and holds it.
  if (identifiers.some((name) => forgotten.has(name) && !holders.has(name)))
    return { kind: "left-out", reason: "forgotten" };
  const owners = new Set(identifiers.flatMap((name) => holders.get(name) ?? []));
  if (owners.size > 1) return { kind: "left-out", reason: "two-customers" };
  const [owner = null] = owners;
  const { phone } = told;
  const isNewNumber = phone !== undefined && !holders.has(nameIdentifier("phone", phone));
  if (owner !== null && isNewNumber && numbered.has(owner))
    return { kind: "left-out", reason: "other-phone" };
  return { kind: "person", customerId: owner };
}

function listBrought(
  before: Told,
  told: Told,
  mayReplace: (field: ToldField) => boolean,
): ToldField[] {
  return (Object.keys(told) as ToldField[]).filter((field) => {
    if (told[field] === undefined || told[field] === before[field]) return false;
    return before[field] === undefined || (field !== "phone" && mayReplace(field));
  });
}
