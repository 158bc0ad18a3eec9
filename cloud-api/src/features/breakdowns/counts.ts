import { refuseNames } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { listOwnFields } from "../customers/index.ts";
import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { countAll, countByValue, findDayEnd, nameValues } from "./queries.ts";
import {
  FIELDS,
  isMultiple,
  isOrdered,
  labelIn,
  type NamedField,
  nameValue,
  readSubject,
  type Subject,
  sortCounts,
} from "./rules.ts";
import type { CountsReply } from "./schema.ts";

const WORDS = { en, vi };
const VALUES_MAX = 100;
const LANGUAGE = /^[a-z]{2,3}$/;

/** What customers can be counted by: the fields of the product, and the company's own. */
export async function listFields(tx: TenantTransaction): Promise<NamedField[]> {
  const own = (await listOwnFields(tx)).filter(({ archivedAt }) => archivedAt === null);
  return [
    ...FIELDS.map((field) => ({ field, label: null, kind: null, choices: [] })),
    ...own.map(({ key: field, label, kind, choices }) => ({ field, label, kind, choices })),
  ];
}

/**
 * Whether of a field those values alone are told that several have, and not the number of somebody's
 * passport. Throws where everybody may have said something of their own, in a text: `isSeen` is whether
 * whoever asks may see customers.
 */
export async function isToldShared(
  tx: TenantTransaction,
  { field, isSeen }: { field: string; isSeen: boolean },
): Promise<boolean> {
  if (isSeen) return false;
  const own = (await listOwnFields(tx)).find(({ key }) => key === field);
  if (own?.kind === "text") throw refuseNames();
  return own?.kind === "number";
}

/** How many have which value; `until`: of those who were met before; `isShared`: that several have. */
export async function findCounts(
  tx: TenantTransaction,
  {
    subject,
    until = null,
    isShared = false,
  }: { subject: Subject; until?: Date | null; isShared?: boolean },
): Promise<CountsReply> {
  const rows = await countByValue(tx, { subject, until });
  const known = rows.flatMap(({ value, customers }) =>
    value === null ? [] : [{ value, customers }],
  );
  const told = isShared ? known.filter(({ customers }) => customers > 1) : known;
  const most = told.toSorted((one, other) => other.customers - one.customers);
  const shown = sortCounts(most.slice(0, VALUES_MAX), subject);
  const names = await nameValues(tx, subject);
  return {
    counts: shown.map((count) => ({ ...count, name: names.get(count.value) ?? null })),
    valuesLeftOut: known.length - shown.length,
    unknown: rows.find(({ value }) => value === null)?.customers ?? 0,
    total: await countAll(tx, until),
    multiple: isMultiple(subject),
  };
}

/** Customers by a field, in the words of a language. */
export type Breakdown = {
  /** What the field is called. */
  name: string;
  rows: { name: string; customers: number }[];
  total: number;
  /** The rows come to more than everybody. */
  multiple: boolean;
  /** The rows have an order of their own, whatever their numbers. */
  isOrdered: boolean;
};
type Asked = {
  field: string;
  /** The last day on which those who are counted were met; null: all that there are. */
  until: string | null;
  language: "en" | "vi";
  /** Whether whoever it is for may see customers. */
  isSeen: boolean;
};

/** Null: there is no such field, or it is archived. */
export async function findBreakdown(
  tx: TenantTransaction,
  { field, until, language, isSeen }: Asked,
): Promise<Breakdown | null> {
  const named = (await listFields(tx)).find((each) => each.field === field);
  const subject = named && readSubject(field, [{ key: field, kind: named.kind ?? "" }]);
  if (!named || !subject) return null;
  const before = until === null ? null : await findDayEnd(tx, until);
  const isShared = await isToldShared(tx, { field, isSeen });
  const found = await findCounts(tx, { subject, until: before, isShared });
  const { counts, unknown, total, multiple } = found;
  const words: Readonly<Record<string, unknown>> = WORDS[language];
  const languages = new Intl.DisplayNames(language, { type: "language" });
  const say = (key: string) => String(words[key]);
  const nameLanguage = (code: string) =>
    LANGUAGE.test(code) ? (languages.of(code) ?? null) : null;
  const missing = { value: null, name: null, customers: unknown };
  const shown = counts.reduce((sum, { customers }) => sum + customers, unknown);
  return {
    name: named.label ? labelIn(named.label, language) : say(`field-${field}`),
    rows: [
      ...[...counts, ...(unknown > 0 ? [missing] : [])].map(({ customers, ...value }) => ({
        ...{ name: nameValue(named, value, { language, say, nameLanguage }), customers },
      })),
      // Values that are not shown one by one, so that the rows come to everybody.
      ...(multiple || shown === total ? [] : [{ name: say("others"), customers: total - shown }]),
    ],
    ...{ total, multiple, isOrdered: isOrdered(subject) },
  };
}
