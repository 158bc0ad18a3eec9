import type { FastifyRequest } from "fastify";
import type { RawBuilder } from "kysely";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import { staffOf } from "../../platform/session.ts";
import { DEVICE_KINDS, type DeviceKind, FORMS, SYSTEMS } from "./rules.ts";
import type { ReportQuery } from "./schema.ts";
import { selectReaders } from "./source-queries.ts";

/**
 * What visits are narrowed by beside place and time: whose they are, and how they came. No roll-up tells
 * them apart by these, so they are counted one by one (docs/decisions/0038-narrowed-reports.md).
 */
export type Narrowed = {
  /** Of customers who are in all of these, each a select of their ids. */
  customers: readonly RawBuilder<unknown>[];
  /** By the kind of their addresses, and by what they run and are. Null: of all. */
  devices: readonly DeviceKind[] | null;
  systems: readonly string[] | null;
  forms: readonly string[] | null;
  /** Null: by all ways in. */
  methods: readonly string[] | null;
};

type Asked = Pick<
  ReportQuery,
  "segmentId" | "tagId" | "languages" | "devices" | "systems" | "forms" | "methods"
>;

/** Which part of a report's visits: null for all of them. */
export type Narrow = (tx: TenantTransaction) => Promise<Narrowed | null>;

const WORD = /^[a-z][a-z-]{0,34}$/i;
const WORDS_MAX = 40;

type Source = Pick<Context, "hooks" | "permissions">;

/** Refuses what is none, and what whoever asks may not see. */
export const readNarrowing = (request: FastifyRequest, source: Source, query: Asked): Narrow =>
  readNarrowingOf(staffOf(request).grants, source, query);

/** The same for somebody who is told without having asked just now. */
export function readNarrowingOf(
  grants: readonly Grant[],
  { hooks, permissions }: Source,
  query: Asked,
): Narrow {
  const { segmentId, tagId } = query;
  const mayRead = (permission: string) => {
    if (!findReach(grants, permission, permissions))
      throw refuse("forbidden", `Your role may not do this: ${permission}.`);
  };
  if (segmentId !== undefined) mayRead("segments.read");
  if (tagId !== undefined) mayRead("marks.read");
  const languages = readWords(query.languages, "/languages");
  const came = {
    devices: readChoices(query.devices, { field: "/devices", choices: DEVICE_KINDS }),
    systems: readChoices(query.systems, { field: "/systems", choices: SYSTEMS }),
    forms: readChoices(query.forms, { field: "/forms", choices: FORMS }),
    methods: readWords(query.methods, "/methods"),
  };
  return async (tx) => {
    const customers = [
      segmentId === undefined ? null : await hooks.selectSegmentCustomers?.(tx, segmentId),
      tagId === undefined ? null : await hooks.selectMarkedCustomers?.(tx, tagId.toLowerCase()),
      languages && selectReaders(tx, languages),
    ].filter((select) => select != null);
    if (customers.length === 0 && Object.values(came).every((each) => !each)) return null;
    return { customers, ...came };
  };
}

function readWords(text: string | undefined, field: string): string[] | null {
  if (text === undefined) return null;
  const words = [...new Set(text.split(","))];
  if (words.length <= WORDS_MAX && words.every((word) => WORD.test(word))) return words;
  throw refuse("invalid", "Words of letters, with commas between.", { field });
}

function readChoices<Choice extends string>(
  text: string | undefined,
  { field, choices }: { field: string; choices: readonly Choice[] },
): Choice[] | null {
  const words = readWords(text, field);
  return (
    words?.map((word) => {
      const choice = choices.find((each) => each === word);
      if (choice) return choice;
      throw refuse("invalid", `Of these: ${choices.join(", ")}.`, { field });
    }) ?? null
  );
}
