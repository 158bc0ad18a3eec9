import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import {
  type CloudEvents,
  type EventHandlers,
  eraseFields,
  type LogEvent,
  type NewEvent,
} from "../../platform/events.ts";
import { customerChanged } from "./changed.ts";
import { listOwnFields } from "./field-queries.ts";
import { findPeople } from "./import-people-queries.ts";
import { keepBrought, listManifold, refreshCustomers } from "./import-queries.ts";
import {
  type FileRow,
  type KnownPeople,
  planRow,
  type RowOutcome,
  type Source,
  type Told,
} from "./import-rules.ts";
import { lockCustomers } from "./lock-queries.ts";
import { refresh } from "./refresh.ts";
import type { FoundBy } from "./searchable.ts";

/** Marks a row asks for beside what it tells. */
type RowMarks = { groupId?: string; tagIds?: string[] };

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Rows of a file, at most as many as one transaction takes well. What they tell can be erased. */
    "customer.imported": {
      source: Source;
      importId: string | null;
      /** Which batch of the import it is. */
      batch: number;
      staffId: string | null;
      branchId: string;
      replace: boolean;
      rows: Record<string, RowMarks & { row: number; told?: Told }>;
    };
    /** What became of them. */
    "customer.import-applied": {
      importId: string;
      batch: number;
      staffId: string;
      rows: Record<
        string,
        RowMarks & { row: number; kind: RowOutcome["kind"]; customerId?: string }
      >;
    };
  }
}

export type BroughtRow = FileRow & RowMarks & { row: number };

export type Bringing = {
  source: Source;
  importId: string | null;
  batch: number;
  staffId: string | null;
  branchId: string;
  replace: boolean;
};

type Planning = { source: Source; replace: boolean };

/** What would become of the rows, in their order, were they brought in now. */
export async function planRows(
  tx: TenantTransaction,
  rows: readonly FileRow[],
  options: Planning,
): Promise<RowOutcome[]> {
  return (await planPeople(tx, rows, { ...options, eventId: null })).outcomes;
}

async function planPeople(
  tx: TenantTransaction,
  rows: readonly FileRow[],
  options: Planning & { eventId: string | null },
) {
  const people = await findPeople(tx, rows, options);
  return { people, outcomes: rows.map((row) => planRow(people, row, options)) };
}

/** The event by which rows of a file become customers, as soon as the customers' cursor reads it. */
export function bringRows(
  tx: TenantTransaction,
  bringing: Bringing,
  rows: readonly BroughtRow[],
): NewEvent {
  const kept = rows.map(({ rowId, told: _, ...row }) => [rowId, row]);
  return {
    ...{ id: newId(), type: "customer.imported", version: 1, occurredAt: tx.now },
    ...{ branchId: bringing.branchId, origin: null },
    payload: { ...bringing, rows: Object.fromEntries(kept) },
    personal: Object.fromEntries(rows.map(({ rowId, told }) => [toldPath(rowId), told])),
  };
}

/** Where an event holds what a row tells: by which it is erased. */
export function toldPath(rowId: string): string {
  return `rows.${rowId}.told`;
}

type Imported = LogEvent<"customer.imported", CloudEvents["customer.imported"]>;

export const importHandlers: EventHandlers = {
  "customer.imported": async (tx, event) => {
    const rows = listTold(event);
    const { people, outcomes } = await planPeople(tx, rows, {
      ...event.payload,
      eventId: event.id,
    });
    const losers = await applyOutcomes(tx, event, { rows, outcomes, people });
    const changed = losers.map((id) => customerChanged(tx, id));
    const { source, importId, staffId } = event.payload;
    if (source !== "import" || importId === null || staffId === null) return changed;
    return [toApplied(tx, event, { importId, staffId, rows, outcomes }), ...changed];
  },
};

/** In the order of the file. Rows whose person was forgotten since tell nothing any more. */
function listTold({ payload }: Imported): BroughtRow[] {
  return Object.entries(payload.rows)
    .flatMap(([rowId, { told, ...row }]) => (told ? [{ rowId, told, ...row }] : []))
    .toSorted((one, other) => one.row - other.row);
}

type Planned = { rows: readonly BroughtRow[]; outcomes: readonly RowOutcome[] };
type PlannedPeople = Planned & { people: KnownPeople };

/** Gives who else lost a number by it. */
async function applyOutcomes(
  tx: TenantTransaction,
  event: Imported,
  { rows, outcomes, people }: PlannedPeople,
): Promise<string[]> {
  const { source, importId, staffId, branchId } = event.payload;
  await lockCustomers(
    tx,
    outcomes.flatMap((outcome) => (outcome.kind === "changed" ? [outcome.customerId] : [])),
  );
  const brought = rows.flatMap(({ rowId, told }, index) => {
    const outcome = outcomes[index];
    if (!outcome || outcome.kind === "same" || outcome.kind === "left-out") return [];
    const fields = outcome.fields.map((field) => ({ field, value: told[field] ?? "" }));
    return [{ rowId, customerId: outcome.customerId, fields }];
  });
  const made = outcomes.flatMap((outcome) =>
    outcome.kind === "new"
      ? [{ id: outcome.customerId, told: people.told.get(outcome.customerId) ?? {} }]
      : [],
  );
  const place = {
    source,
    importId,
    staffId,
    branchId,
    at: event.occurredAt,
    position: event.position,
  };
  const own = brought.length > 0 ? await listOwnFields(tx) : [];
  if (brought.length > 0) await keepBrought(tx, { ...place, rows: brought, made, own });
  const customerIds = [...new Set(brought.map(({ customerId }) => customerId))];
  const isMade = new Set(made.map(({ id }) => id));
  const losers = await refreshBrought(tx, {
    customerIds,
    made: isMade,
    own,
    position: event.position,
  });
  // What brought nothing need not be kept of anybody, least of all of who asked to be forgotten.
  const kept = new Set(brought.map(({ rowId }) => rowId));
  const paths = rows.filter(({ rowId }) => !kept.has(rowId)).map(({ rowId }) => toldPath(rowId));
  if (paths.length > 0) await eraseFields(tx, { eventId: event.id, paths });
  return losers;
}

type Refreshing = {
  customerIds: string[];
  made: ReadonlySet<string>;
  own: readonly FoundBy[];
  position: number;
};

/** Most of a file are plain people: those are worked out at once, and whoever was made is whole. */
async function refreshBrought(
  tx: TenantTransaction,
  { customerIds, made, own, position }: Refreshing,
): Promise<string[]> {
  if (customerIds.length === 0) return [];
  const manifold = new Set(await listManifold(tx, { customerIds, made, own }));
  const plain = customerIds.filter((id) => !made.has(id) && !manifold.has(id));
  await refreshCustomers(tx, { customerIds: plain, own, position });
  const losers = new Set<string>();
  for (const customerId of manifold)
    for (const id of await refresh(tx, { customerId, position })) losers.add(id);
  return [...losers];
}

function toApplied(
  tx: TenantTransaction,
  { payload }: Imported,
  { importId, staffId, rows, outcomes }: Planned & { importId: string; staffId: string },
): NewEvent {
  const applied = rows.map(({ rowId, told: _, ...row }, index) => {
    const outcome = outcomes[index];
    const customerId = outcome && "customerId" in outcome ? outcome.customerId : undefined;
    return [rowId, { ...row, kind: outcome?.kind, ...(customerId && { customerId }) }];
  });
  const { batch, branchId } = payload;
  return {
    ...{ id: newId(), type: "customer.import-applied", version: 1, occurredAt: tx.now },
    ...{ branchId, origin: null, personal: {} },
    payload: { importId, batch, staffId, rows: Object.fromEntries(applied) },
  };
}
