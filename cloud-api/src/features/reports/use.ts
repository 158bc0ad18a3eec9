import type { TenantTransaction } from "../../platform/db.ts";
import { findDocument } from "../branches/index.ts";
import { begin, type Question, refuseTooMany } from "./figures.ts";
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
  const figuresOf = (row: UseRow) => ({ ...useOf(row), timedOut: row.timedOut });
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
  const { rows, total } = await sumNamed(tx, { question, by: "nas_id" });
  const figuresOf = (row: UseRow) => ({
    ...{ ...useOf(row), going: row.going, lost: row.lost, short: row.short },
  });
  return {
    ...(await begin(tx, question)),
    rows: rows.map((row) => ({
      ...{ ...placeOf(row), ...figuresOf(row) },
      lastStartedAt: row.lastStartedAt?.toISOString() ?? null,
    })),
    total: figuresOf(total),
  };
}

const placeOf = ({ branchId, branchName, id, name }: NamedRow): Place => ({
  ...{ branchId, branchName, id, name },
});

const useOf = (row: UseRow) => ({
  ...{ sessions: row.sessions, customers: row.customers, connectedSeconds: row.connectedSeconds },
  ...{ uploadBytes: row.uploadBytes, downloadBytes: row.downloadBytes },
});

/** Each with the name that the settings of its branch give it now. */
async function sumNamed(
  tx: TenantTransaction,
  { question, by }: { question: Question; by: "policy_id" | "nas_id" },
): Promise<{ rows: NamedRow[]; total: UseRow }> {
  await refuseTooMany(tx, question.filter);
  const sums = await sumUse(tx, { filter: question.filter, by });
  const names = new Map<string, string>();
  const branchIds = sums.flatMap(({ branchId }) => branchId ?? []);
  for (const branchId of new Set(branchIds)) {
    const found = await findDocument(tx, branchId);
    const { nas = [], policies = [] } = found?.document ?? {};
    for (const { id, name } of by === "nas_id" ? nas : policies) names.set(id, name);
  }
  const branches = new Map(question.branches.map(({ id, name }) => [id, name]));
  const rows = sums.flatMap((row) =>
    row.branchId === null
      ? []
      : [
          {
            ...row,
            branchId: row.branchId,
            branchName: branches.get(row.branchId) ?? null,
            name: names.get(row.id ?? "") ?? null,
          },
        ],
  );
  return { rows, total: sums.find(({ branchId }) => branchId === null) ?? NOTHING };
}
