import type { FastifyRequest } from "fastify";
import type { RawBuilder } from "kysely";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import { staffOf } from "../../platform/session.ts";
import { DEVICE_KINDS, type DeviceKind, FORMS, type Narrows, SYSTEMS } from "./rules.ts";
import type { ReportQuery } from "./schema.ts";
import { selectReaders } from "./source-queries.ts";

/**
 * What visits are narrowed by beside place and time: whose they are, and how they came. No roll-up tells
 * them apart by these, so they are counted one by one (docs/decisions/0038-narrowed-reports.md).
 */
export type Narrowed = {
  /** Of customers who are in all of these, each a select of their ids. */
  customers: readonly RawBuilder<unknown>[];
  /** Null: of all kinds. */
  devices: readonly DeviceKind[] | null;
  systems: readonly string[] | null;
  forms: readonly string[] | null;
  /** Null: by all ways in. */
  methods: readonly string[] | null;
};

type Asked = Pick<
  ReportQuery,
  | "segmentId"
  | "tagId"
  | "languages"
  | "devices"
  | "systems"
  | "forms"
  | "methods"
  | "hours"
  | "weekdays"
>;

/** Which part of a report's visits: null for all of them. */
export type Narrow = (tx: TenantTransaction) => Promise<Narrowed | null>;

/** Of a report that tells them apart by all of it. */
export const ofVisits = <Query extends Asked>(query: Query) =>
  ({ query, narrows: "visits" }) as const;

const WORD = /^[a-z][a-z-]{0,34}$/i;
const WORDS_MAX = 40;

type Source = Pick<Context, "hooks" | "permissions">;
type Narrowing = { query: Asked; narrows: Narrows };

/** Refuses what the report does not tell apart, and what whoever asks may not see. */
export const readNarrowing = (request: FastifyRequest, source: Source, asked: Narrowing): Narrow =>
  readNarrowingOf(staffOf(request).grants, source, asked);

/** The same for somebody who is told without having asked just now. */
export function readNarrowingOf(
  grants: readonly Grant[],
  { hooks, permissions }: Source,
  { query, narrows }: Narrowing,
): Narrow {
  refuseOthers(query, narrows);
  const { segmentId, tagId } = query;
  const mayRead = (permission: string) => {
    if (!findReach(grants, permission, permissions))
      throw refuse("forbidden", `Your role may not do this: ${permission}.`);
  };
  if (segmentId !== undefined) mayRead("segments.read");
  if (tagId !== undefined) mayRead("marks.read");
  const languages = readWords(query.languages, "/languages");
  const methods = readWords(query.methods, "/methods");
  const devices = readChoices(query.devices, { field: "/devices", choices: DEVICE_KINDS });
  const systems = readChoices(query.systems, { field: "/systems", choices: SYSTEMS });
  const forms = readChoices(query.forms, { field: "/forms", choices: FORMS });
  return async (tx) => {
    const customers = [
      segmentId === undefined ? null : await hooks.selectSegmentCustomers?.(tx, segmentId),
      tagId === undefined ? null : await hooks.selectMarkedCustomers?.(tx, tagId.toLowerCase()),
      languages && selectReaders(tx, languages),
    ].filter((select) => select != null);
    const told = { devices, systems, forms, methods };
    if (customers.length === 0 && Object.values(told).every((each) => !each)) return null;
    return { customers, ...told };
  };
}

const OF_CUSTOMERS = ["segmentId", "tagId", "languages"] as const;
const OF_VISITS = ["devices", "systems", "forms", "methods"] as const;
const OF_TIMES = ["hours", "weekdays"] as const;

function refuseOthers(query: Asked, narrows: Narrows): void {
  const refused = {
    visits: [],
    // People are counted by their days: no hour of them is told apart.
    customers: [...OF_VISITS, ...OF_TIMES],
    nothing: [...OF_CUSTOMERS, ...OF_VISITS],
  }[narrows];
  const [field] = refused.filter((name) => query[name] !== undefined);
  if (field)
    throw refuse("invalid", "This report does not tell visits apart by that.", {
      field: `/${field}`,
    });
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
      throw refuse("invalid", `One of these: ${choices.join(", ")}.`, { field });
    }) ?? null
  );
}
