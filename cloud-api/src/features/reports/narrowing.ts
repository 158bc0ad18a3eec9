import type { FastifyRequest } from "fastify";
import type { RawBuilder } from "kysely";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findReach, type Grant } from "../../platform/rights.ts";
import { staffOf } from "../../platform/session.ts";
import { DEVICE_KINDS, type DeviceKind } from "./rules.ts";
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
  /** Null: by all ways in. */
  methods: readonly string[] | null;
};

type Asked = Pick<ReportQuery, "segmentId" | "tagId" | "languages" | "devices" | "methods">;

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
  const methods = readWords(query.methods, "/methods");
  const devices = readDevices(query.devices);
  return async (tx) => {
    const customers = [
      segmentId === undefined ? null : await hooks.selectSegmentCustomers?.(tx, segmentId),
      tagId === undefined ? null : await hooks.selectMarkedCustomers?.(tx, tagId.toLowerCase()),
      languages && selectReaders(tx, languages),
    ].filter((select) => select != null);
    if (customers.length === 0 && !devices && !methods) return null;
    return { customers, devices, methods };
  };
}

function readWords(text: string | undefined, field: string): string[] | null {
  if (text === undefined) return null;
  const words = [...new Set(text.split(","))];
  if (words.length <= WORDS_MAX && words.every((word) => WORD.test(word))) return words;
  throw refuse("invalid", "Words of letters, with commas between.", { field });
}

function readDevices(text: string | undefined): DeviceKind[] | null {
  return (
    readWords(text, "/devices")?.map((word) => {
      const kind = DEVICE_KINDS.find((each) => each === word);
      if (kind) return kind;
      throw refuse("invalid", `Kinds of devices: ${DEVICE_KINDS.join(", ")}.`, {
        field: "/devices",
      });
    }) ?? null
  );
}
