import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportedCustomer } from "./export-queries.ts";
import type { OwnFieldRow } from "./field-queries.ts";
import { nameColumns, writeOwnCell } from "./own-cells.ts";

/** Somebody's last word on a purpose, and on a channel of it where one was named. */
export type ExportedAct = { purpose: string; channel: string | null; given: boolean; at: Date };
export type ExportedRow = ExportedCustomer & {
  group: string | null;
  tier: string | null;
  tags: readonly string[];
  consents: readonly ExportedAct[];
};
export type Cell = string | number | null;
type Language = "vi" | "en";
/** What shows on the screens what a column holds; nobody takes away more than they may look at. */
type ColumnPermission = "customers.read" | "marks.read";
export type ExportColumn = {
  key: string;
  header: string;
  permission: ColumnPermission;
  /** In a file of which nobody said what it is to hold. */
  isUsual: boolean;
  tell: (customer: ExportedRow) => Cell;
};

type Mark = { kind: "group" | "tier" | "tag"; name: string };

export function nameMarks(marks: readonly Mark[]): Pick<ExportedRow, "group" | "tier" | "tags"> {
  const named = (wanted: Mark["kind"]) =>
    marks.flatMap(({ kind, name }) => (kind === wanted ? [name] : []));
  return { group: named("group")[0] ?? null, tier: named("tier")[0] ?? null, tags: named("tag") };
}

/** Fields that stand in no column of the customers' table. */
export const TOLD_FIELDS = ["address", "card", "posId", "zaloId"] as const;
const CHANNELS = ["sms", "zalo", "email"] as const;
const PURPOSES = ["terms", "profiling", "presence", "ads"] as const;

type Told = readonly [key: string, word: string, tell: ExportColumn["tell"]];
const RECORD = [
  ["name", "field-name", ({ name }) => name],
  ["phone", "field-phone", ({ phone }) => phone],
  ["email", "field-email", ({ email }) => email],
  ["birthday", "field-birthday", ({ birthday }) => birthday],
  ["language", "field-language", ({ language }) => language],
] as const satisfies readonly Told[];
const VISITS = [
  ["visits", "visits", ({ visits }) => visits],
  ["first-seen", "first-seen", ({ firstSeenAt }) => firstSeenAt.toISOString()],
  ["last-visit", "last-visit", ({ lastVisitAt }) => lastVisitAt?.toISOString() ?? null],
  ["source", "source", ({ sourceBranchName }) => sourceBranchName],
] as const satisfies readonly Told[];
const MARKS = [
  ["group", "group", ({ group }) => group],
  ["tier", "column-tier", ({ tier }) => tier],
  ["tags", "tags", ({ tags }) => tags.join("; ")],
] as const satisfies readonly Told[];

type Words = Record<
  | (typeof RECORD | typeof VISITS | typeof MARKS)[number][1]
  | `field-${(typeof TOLD_FIELDS)[number] | "kind"}`
  | `purpose-${(typeof PURPOSES)[number] | "marketing"}`
  | `channel-${(typeof CHANNELS)[number]}`
  | ("kind-person" | "kind-company" | "yes" | "no" | "customers" | "given" | "withdrawn"),
  string
>;
const readWords = (language: string): Words =>
  JSON.parse(readFileSync(join(import.meta.dirname, "locales", `${language}.json`), "utf8"));
/** The words of files that leave. */
export const EXPORT_WORDS = { vi: readWords("vi"), en: readWords("en") };

const NOT_USUAL = ["zaloId", "tier"];

/**
 * All that a file of customers can have in its columns, in the order in which it usually has them. An
 * import reads each that it knows again under the name it has here, and what it says is what is known.
 */
export function listExportColumns(own: readonly OwnFieldRow[], language: Language): ExportColumn[] {
  const words = EXPORT_WORDS[language];
  const column = (
    [key, word, tell]: readonly [string, keyof Words, ExportColumn["tell"]],
    permission: ColumnPermission = "customers.read",
  ): ExportColumn => {
    return { key, header: words[word], permission, isUsual: !NOT_USUAL.includes(key), tell };
  };
  const plain = [
    ...RECORD.map((each) => column(each)),
    column(["kind", "field-kind", ({ kind }) => words[`kind-${kind}`]]),
    ...TOLD_FIELDS.map((key) => column([key, `field-${key}`, ({ told }) => told[key] ?? null])),
    ...MARKS.map((each) => column(each, "marks.read")),
  ];
  const rest = [...listConsentColumns(words), ...VISITS.map((each) => column(each))];
  const taken = [...plain, ...rest].map(({ header }) => header);
  return [...plain, ...listOwnColumns(own, { language, taken }), ...rest];
}

function listOwnColumns(
  own: readonly OwnFieldRow[],
  { language, taken }: { language: Language; taken: readonly string[] },
): ExportColumn[] {
  const words = EXPORT_WORDS[language];
  const names = nameColumns(own, { language, taken });
  return own.map((field, index) => ({
    ...{ key: field.key, header: names[index] ?? field.key, permission: "customers.read" },
    isUsual: true,
    tell: ({ told }) => {
      const value = told[field.key];
      return value === undefined ? null : writeOwnCell(value, field, { language, words });
    },
  }));
}

/** A column of each purpose, and of messages one of each channel. */
function listConsentColumns(words: Words): ExportColumn[] {
  const column = (purpose: string, channel: string | null, header: string): ExportColumn => ({
    key: ["consent", purpose, ...(channel === null ? [] : [channel])].join("."),
    ...{ header, permission: "customers.read", isUsual: false },
    tell: ({ consents }) => {
      const given = findLastWord(consents, { purpose, channel });
      return given === null ? null : words[given ? "given" : "withdrawn"];
    },
  });
  return [
    ...PURPOSES.map((purpose) => column(purpose, null, words[`purpose-${purpose}`])),
    ...CHANNELS.map((channel) =>
      column(
        "marketing",
        channel,
        `${words["purpose-marketing"]} · ${words[`channel-${channel}`]}`,
      ),
    ),
  ];
}

/** Of messages a word without a channel is about each of them. Null: nothing was said. */
export function findLastWord(
  acts: readonly ExportedAct[],
  { purpose, channel }: { purpose: string; channel: string | null },
): boolean | null {
  const last = acts
    .filter((act) => act.purpose === purpose && (act.channel === null || act.channel === channel))
    .reduce<ExportedAct | null>(
      (newest, act) => (newest && newest.at >= act.at ? newest : act),
      null,
    );
  return last?.given ?? null;
}
