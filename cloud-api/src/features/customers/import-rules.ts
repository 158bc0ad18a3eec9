import { identifierOf } from "./field-rules.ts";

/** Where rows come from: a file that staff sent, or the followers of a Zalo account. */
export type Source = "import" | "zalo";

/** What a row of a file says of a person; numbers in E.164, addresses as `normaliseEmail` has them. */
export type Told = {
  name?: string;
  phone?: string;
  email?: string;
  birthday?: string;
  language?: string;
  /** An account of a Zalo Official Account's follower: the account's id, a colon, the follower's. */
  zaloId?: string;
  kind?: "person" | "company";
  address?: string;
  card?: string;
  posId?: string;
  /** Fields of the company's own, as `normaliseValue` keeps them. */
  [own: `own.${string}`]: string;
};
export type ToldField = keyof Told;

/** `rowId` becomes the customer's id where the row makes one. */
export type FileRow = { rowId: string; told: Told };

export type LeftOutReason =
  /** Somebody who asked to be forgotten is not brought back by an old list. */
  | "forgotten"
  /**
   * One of number, address and Zalo account is one customer's, another is another's; or the card, which
   * is all the row has, is several customers'.
   */
  | "two-customers"
  /** The address is a customer's who has another number. */
  | "other-phone";

export type RowOutcome =
  | { kind: "new"; customerId: string; fields: readonly ToldField[] }
  | { kind: "changed"; customerId: string; fields: readonly ToldField[] }
  | { kind: "same"; customerId: string }
  | { kind: "left-out"; reason: LeftOutReason };

/** Who is said to have a number; `byCompany`: staff wrote it down, or a file of theirs. */
export type Claimant = { customerId: string; byCompany: boolean };

/** What is known of whom the rows may mean. `planRow` adds what each row will bring. */
export type KnownPeople = {
  /** `nameIdentifier()` → customer id. */
  holders: Map<string, string>;
  /** `nameIdentifier()` → who is said to have it without having it. */
  claimants: Map<string, Claimant[]>;
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

/**
 * By what a row's person is known, and what the row gives them as theirs. A number or an address that a
 * follower typed into Zalo's form was proved to nobody: the record claims it, and it suggests
 * (docs/decisions/0082).
 */
export const NAMED_BY: Readonly<Record<Source, readonly IdentifierKind[]>> = {
  import: IDENTIFIER_KINDS,
  zalo: ["zaloId"],
};

/** By what a row joins a record that only claims it, from the surest. */
const CLAIM_KINDS = ["phone", "email", "posId", "card"] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export function nameIdentifier(kind: IdentifierKind | ClaimKind, value: string): string {
  return `${kind}:${value}`;
}

/** What identifies a row's person. */
export function listIdentifiers(
  told: Told,
  kinds: readonly IdentifierKind[] = IDENTIFIER_KINDS,
): { kind: IdentifierKind; value: string }[] {
  return kinds.flatMap((kind) => {
    const value = told[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
}

/** What a row names that a record may claim. */
export function listClaims(told: Told): { kind: ClaimKind; value: string }[] {
  return CLAIM_KINDS.flatMap((kind) => {
    const value = told[kind];
    return value === undefined ? [] : [{ kind, value: identifierOf(kind, value) }];
  });
}

/** What keeps an old list from bringing somebody back: a card alone does where it is all there is. */
export function listTraces(told: Told): { kind: IdentifierKind | ClaimKind; value: string }[] {
  const identifiers = listIdentifiers(told);
  return identifiers.length > 0 ? identifiers : listClaims(told);
}

/**
 * Whose row it is, and what it brings. What is known stays unless the file is to `replace` it; a
 * number that somebody has is never changed by a file. Later rows see what earlier ones bring.
 */
export function planRow(
  people: KnownPeople,
  { rowId, told: said }: FileRow,
  { source, replace }: { source: Source; replace: boolean },
): RowOutcome {
  const told = source === "zalo" ? withoutForgotten(people, said) : said;
  const named = listIdentifiers(told, NAMED_BY[source]);
  const traces = source === "zalo" ? named : listTraces(told);
  const found = findPerson(people, { told, named, traces });
  if (found.kind === "left-out") return found;
  const customerId = found.customerId ?? rowId;
  const before = people.told.get(customerId) ?? {};
  const followed = people.followed.get(customerId);
  // A number that somebody has is theirs until they prove another, and no file changes one.
  const keepsPhone = source === "import" || people.numbered.has(customerId);
  const mayReplace = (field: ToldField) =>
    !(field === "phone" && keepsPhone) && (replace || (followed?.has(field) ?? false));
  const isHeld = (field: ToldField) =>
    field === "zaloId" && people.holders.has(nameIdentifier(field, told[field] ?? ""));
  const fields = listBrought(before, told, mayReplace)
    // A Zalo account stands among the identifiers alone.
    .filter((field) => !isHeld(field));
  if (found.customerId !== null && fields.length === 0) return { kind: "same", customerId };
  const after = { ...before };
  for (const field of fields) Object.assign(after, { [field]: told[field] });
  people.told.set(customerId, after);
  for (const { kind, value } of named) {
    if (!fields.includes(kind)) continue;
    if (kind === "phone") people.numbered.add(customerId);
    if (!people.holders.has(nameIdentifier(kind, value)))
      people.holders.set(nameIdentifier(kind, value), customerId);
  }
  for (const { kind, value } of listClaims(told))
    if (fields.includes(kind) && (kind === "card" || kind === "posId"))
      addClaimant(people, nameIdentifier(kind, value), customerId);
  return { kind: found.customerId === null ? "new" : "changed", customerId, fields };
}

type Person =
  | { kind: "person"; customerId: string | null }
  | { kind: "left-out"; reason: LeftOutReason };

function addClaimant({ claimants }: KnownPeople, name: string, customerId: string): void {
  const others = claimants.get(name) ?? [];
  if (others.some((each) => each.customerId === customerId)) return;
  claimants.set(name, [...others, { customerId, byCompany: true }]);
}

/** Without what somebody had who was forgotten: a follower who typed it did not ask for that, and stays. */
function withoutForgotten(people: KnownPeople, told: Told): Told {
  const kept = { ...told };
  for (const { kind, value } of listIdentifiers(told, ["phone", "email"]))
    if (isForgotten(people, nameIdentifier(kind, value))) delete kept[kind];
  return kept;
}

/** Whoever came back of their own will is known again, and holds it. */
const isForgotten = ({ forgotten, holders }: KnownPeople, name: string): boolean =>
  forgotten.has(name) && !holders.has(name);

type Named = {
  told: Told;
  named: ReturnType<typeof listIdentifiers>;
  traces: ReturnType<typeof listTraces>;
};

function findPerson(people: KnownPeople, { told, named, traces }: Named): Person {
  const { holders, numbered } = people;
  const isGone = ({ kind, value }: ReturnType<typeof listTraces>[number]) => {
    const name = nameIdentifier(kind, value);
    const isCode = kind === "card" || kind === "posId";
    // A card is given out again.
    return isForgotten(people, name) && !(isCode && people.claimants.has(name));
  };
  if (traces.some(isGone)) return { kind: "left-out", reason: "forgotten" };
  const holderOf = ({ kind, value }: (typeof named)[number]) =>
    holders.get(nameIdentifier(kind, value)) ?? [];
  const owners = new Set(named.flatMap(holderOf));
  if (owners.size > 1) return { kind: "left-out", reason: "two-customers" };
  const [owner = null] = owners;
  if (owner === null) return findByClaim(people, told);
  const isNewNumber = named.some(
    ({ kind, value }) => kind === "phone" && !holders.has(nameIdentifier(kind, value)),
  );
  if (isNewNumber && numbered.has(owner)) return { kind: "left-out", reason: "other-phone" };
  return { kind: "person", customerId: owner };
}

/**
 * The one record that the company's own staff or files gave what the row names, where nobody has it and
 * nobody else claims it: a file is no surer than they were (docs/decisions/0027). A number decides; an
 * address or a card that is shared by people with numbers of their own does not.
 */
function findByClaim(people: KnownPeople, told: Told): Person {
  let isShared = false;
  for (const { kind, value } of listClaims(told)) {
    const [only, ...others] = people.claimants.get(nameIdentifier(kind, value)) ?? [];
    isShared ||= others.length > 0;
    if (!only?.byCompany || others.length > 0) continue;
    const { customerId } = only;
    if (kind === "phone" || !hasOtherNumber(people, customerId, told))
      return { kind: "person", customerId };
  }
  // It would be somebody new each time that the file is sent.
  if (isShared && listIdentifiers(told).length === 0)
    return { kind: "left-out", reason: "two-customers" };
  return { kind: "person", customerId: null };
}

function hasOtherNumber(people: KnownPeople, customerId: string, { phone }: Told): boolean {
  if (phone === undefined) return false;
  return people.numbered.has(customerId) || people.told.get(customerId)?.phone !== undefined;
}

function listBrought(
  before: Told,
  told: Told,
  mayReplace: (field: ToldField) => boolean,
): ToldField[] {
  return (Object.keys(told) as ToldField[]).filter((field) => {
    if (told[field] === undefined || told[field] === before[field]) return false;
    // Whoever was not said to be a company is a person.
    if (field === "kind" && before.kind === undefined && told.kind === "person") return false;
    return before[field] === undefined || mayReplace(field);
  });
}
