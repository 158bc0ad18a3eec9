import type { TenantTransaction } from "../../platform/db.ts";
import { findDocument } from "../branches/index.ts";
import { refuseTooManyToKeep } from "./bounds.ts";
import { begin, type Question } from "./figures.ts";
import { type RefusalRow, sumRefusals } from "./refusal-queries.ts";
import { opensCustomers, opensSessions, type SessionEnd } from "./rules.ts";
import type { AccessPointsReply, PoliciesReply } from "./schema.ts";
import { sumUse, type UseRow } from "./use-queries.ts";

type Place = {
  branchId: string;
  branchName: string | null;
  id: string | null;
  name: string | null;
};
type NamedRow = UseRow & Place;

const NOTHING: UseRow = {
  ...{ branchId: null, id: null, sessions: 0, customers: 0, connectedSeconds: 0 },
  ...{ uploadBytes: 0, downloadBytes: 0, timedOut: 0, going: 0, lost: 0, short: 0 },
  lastStartedAt: null,
};

/** What guests used under which access policy. */
export async function findPolicies(
  tx: TenantTransaction,
  question: Question,
): Promise<PoliciesReply> {
  const { rows, total } = await sumNamed(tx, { question, by: "policy_id" });
  const open = opening(question, "policyId");
  const figuresOf = (row: UseRow) => ({
    ...{ ...useOf(row), timedOut: row.timedOut },
    opens: { ...open(row), timedOut: open(row, "timed-out").sessions },
  });
  return {
    ...(await begin(tx, question)),
    rows: rows.map((row) => ({ ...placeOf(row), ...figuresOf(row) })),
    total: figuresOf(total),
  };
}

/** How the network holds, access controller by access controller. */
export async function findAccessPoints(
  tx: TenantTransaction,
  question: Question,
): Promise<AccessPointsReply> {
  const { filter } = question;
  // Of a refusal no guest is told.
  const refusals = filter.narrowed ? null : await sumRefusals(tx, filter);
  const { rows, total } = await sumNamed(tx, { question, by: "nas_id", also: refusals ?? [] });
  const open = opening(question, "nasId");
  const told = Map.groupBy(refusals ?? [], keyOf);
  const figuresOf = (row: UseRow) => ({
    ...{ ...useOf(row), going: row.going, lost: row.lost, short: row.short },
    opens: {
      ...{ ...open(row), going: open(row, "going").sessions },
      ...{ lost: open(row, "lost").sessions, short: open(row, "short").sessions },
    },
  });
  return {
    ...(await begin(tx, question)),
    rows: rows.map((row) => ({
      ...{ ...placeOf(row), ...figuresOf(row) },
      refused: refusals && sumRefused(told.get(keyOf(row))),
      refusals: (told.get(keyOf(row)) ?? []).map(({ reason, count }) => ({ reason, count })),
      lastStartedAt: row.lastStartedAt?.toISOString() ?? null,
    })),
    total: { ...figuresOf(total), refused: refusals && sumRefused(refusals) },
  };
}

const keyOf = ({ branchId, id }: Pick<UseRow, "branchId" | "id">) => `${branchId} ${id}`;
/** How each first visit and each page goes by MAC: told with the reasons, and no sign of bad health. */
const USUAL = ["unknown-device", "page-due"];
const sumRefused = (rows: readonly RefusalRow[] = []) =>
  rows.reduce((sum, { reason, count }) => (USUAL.includes(reason) ? sum : sum + count), 0);

const placeOf = ({ branchId, branchName, id, name }: NamedRow): Place => ({
  ...{ branchId, branchName, id, name },
});

const useOf = (row: UseRow) => ({
  ...{ sessions: row.sessions, customers: row.customers, connectedSeconds: row.connectedSeconds },
  ...{ uploadBytes: row.uploadBytes, downloadBytes: row.downloadBytes },
});

/** Of a row, or of all together: its sessions, those that ended in some way, and whose they are. */
function opening({ asked }: Question, by: "policyId" | "nasId") {
  const cellOf = ({ branchId, id }: UseRow) =>
    branchId === null ? { [by]: "any" } : { branchIds: branchId, [by]: id ?? "unknown" };
  return (row: UseRow, end?: SessionEnd) => ({
    sessions: opensSessions(asked, { ...cellOf(row), end }),
    customers: opensCustomers(asked, cellOf(row)),
  });
}

type Naming = {
  question: Question;
  by: "policy_id" | "nas_id";
  /** What stands there without a session too. */
  also?: readonly { branchId: string; id: string }[];
};

/** Each with the name that the settings of its branch give it now. */
async function sumNamed(
  tx: TenantTransaction,
  { question, by, also = [] }: Naming,
): Promise<{ rows: NamedRow[]; total: UseRow }> {
  await refuseTooManyToKeep(tx, "report_use", question.filter);
  const used = await sumUse(tx, { filter: question.filter, by });
  const known = new Set(used.map(keyOf));
  const unused = new Map(
    also.flatMap((place) => (known.has(keyOf(place)) ? [] : [[keyOf(place), place] as const])),
  );
  const sums = [
    ...used,
    ...[...unused.values()].map(({ branchId, id }) => ({ ...NOTHING, branchId, id })),
  ];
  const names = await readNames(
    tx,
    sums.flatMap(({ branchId }) => branchId ?? []),
  );
  const branches = new Map(question.branches.map(({ id, name }) => [id, name]));
  const rows = sums.flatMap((row) =>
    row.branchId === null
      ? []
      : [
          {
            ...row,
            branchId: row.branchId,
            branchName: branches.get(row.branchId) ?? null,
            name: names[by].get(row.id ?? "") ?? null,
          },
        ],
  );
  return { rows, total: sums.find(({ branchId }) => branchId === null) ?? NOTHING };
}

/** Access controllers and policies by their ids, as the settings of branches name them now. */
export async function readNames(tx: TenantTransaction, branchIds: readonly string[]) {
  const names = { nas_id: new Map<string, string>(), policy_id: new Map<string, string>() };
  for (const branchId of new Set(branchIds)) {
    const { nas = [], policies = [] } = (await findDocument(tx, branchId))?.document ?? {};
    for (const { id, name } of nas) names.nas_id.set(id, name);
    for (const { id, name } of policies) names.policy_id.set(id, name);
  }
  return names;
}
