import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportedCustomer } from "./export-queries.ts";
import type { OwnFieldRow } from "./field-queries.ts";
import { nameColumns, writeOwnCell } from "./own-cells.ts";

export type ExportedRow = ExportedCustomer & { group: string | null; tags: readonly string[] };
export type Cell = string | number | null;
type ExportColumn = { header: string; tell: (customer: ExportedRow) => Cell };

type Mark = { kind: "group" | "tier" | "tag"; name: string };

export function nameMarks(marks: readonly Mark[]): Pick<ExportedRow, "group" | "tags"> {
  const named = (wanted: Mark["kind"]) =>
    marks.flatMap(({ kind, name }) => (kind === wanted ? [name] : []));
  return { group: named("group")[0] ?? null, tags: named("tag") };
}

/** Fields that stand in no column of the customers' table. */
export const TOLD_FIELDS = ["address", "card", "posId"] as const;

const RECORD = [
  ["field-name", ({ name }) => name],
  ["field-phone", ({ phone }) => phone],
  ["field-email", ({ email }) => email],
  ["field-birthday", ({ birthday }) => birthday],
  ["field-language", ({ language }) => language],
] as const satisfies readonly Told[];
const VISITS = [
  ["visits", ({ visits }) => visits],
  ["first-seen", ({ firstSeenAt }) => firstSeenAt.toISOString()],
  ["last-visit", ({ lastVisitAt }) => lastVisitAt?.toISOString() ?? null],
  ["source", ({ sourceBranchName }) => sourceBranchName],
] as const satisfies readonly Told[];
const MARKS = [
  ["group", ({ group }) => group],
  ["tags", ({ tags }) => tags.join("; ")],
] as const satisfies readonly Told[];
type Told = readonly [string, ExportColumn["tell"]];

type Words = Record<
  | (typeof RECORD | typeof VISITS | typeof MARKS)[number][0]
  | `field-${(typeof TOLD_FIELDS)[number] | "kind"}`
  | ("kind-person" | "kind-company" | "yes" | "no" | "customers"),
  string
>;
const readWords = (language: string): Words =>
  JSON.parse(readFileSync(join(import.meta.dirname, "locales", `${language}.json`), "utf8"));
/** The words of files that leave. */
export const EXPORT_WORDS = { vi: readWords("vi"), en: readWords("en") };

/**
 * What a file of customers has in its columns. An import reads each of them again under the name it has
 * here, and what it says is what is known.
 */
export function listExportColumns(
  own: readonly OwnFieldRow[],
  { language, seesMarks }: { language: "vi" | "en"; seesMarks: boolean },
): ExportColumn[] {
  const words = EXPORT_WORDS[language];
  const headed = (columns: readonly (readonly [keyof Words, ExportColumn["tell"]])[]) =>
    columns.map(([key, tell]) => ({ header: words[key], tell }));
  const plain = [
    ...headed(RECORD),
    { header: words["field-kind"], tell: ({ kind }: ExportedRow) => words[`kind-${kind}`] },
    ...TOLD_FIELDS.map((field) => ({
      header: words[`field-${field}`],
      tell: ({ told }: ExportedRow) => told[field] ?? null,
    })),
    ...headed(seesMarks ? MARKS : []),
  ];
  const visits = headed(VISITS);
  const taken = [...plain, ...visits].map(({ header }) => header);
  const names = nameColumns(own, { language, taken });
  const owned = own.map((field, index) => ({
    header: names[index] ?? field.key,
    tell: ({ told }: ExportedRow) => {
      const value = told[field.key];
      return value === undefined ? null : writeOwnCell(value, field, { language, words });
    },
  }));
  return [...plain, ...owned, ...visits];
}
