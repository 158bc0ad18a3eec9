import type { Static } from "typebox";
import { type Sight, showWhose } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { nameActors } from "../access/index.ts";
import { describeGiven, type GivenAnswer } from "../surveys/index.ts";
import { type ActionRow, listActions } from "./action-queries.ts";
import { type CaseRow, findCase } from "./queries.ts";
import { isLate } from "./rules.ts";
import type { CaseReply } from "./schema.ts";

type Described = Static<typeof CaseReply>;

/** Cases with the answers that raised them and what was done about them. */
export async function describeCases(
  tx: TenantTransaction,
  rows: readonly CaseRow[],
  sees: Sight,
): Promise<Described[]> {
  const ids = rows.map(({ id }) => id);
  const answers = await describeGiven(tx, ids);
  const done = await listActions(tx, ids);
  const owners = rows.flatMap(({ ownerId }) => ownerId ?? []);
  const names = await nameActors(tx, [...new Set([...owners, ...done.map((each) => each.doneBy)])]);
  return rows.map((row) => {
    const answer = answers.get(row.id);
    const { id, branchId, state, ownerId, raisedAt, dueAt, closedAt, changedAt } = row;
    const { reopenedAt, returnedAt } = row;
    return {
      ...{ id, branchId, state, ownerId },
      ownerName: ownerId && (names.get(ownerId) ?? null),
      ...{ raisedAt: raisedAt.toISOString(), dueAt: dueAt.toISOString() },
      isLate: isLate(row, tx.now),
      closedAt: closedAt?.toISOString() ?? null,
      reopenedAt: reopenedAt?.toISOString() ?? null,
      changedAt: changedAt.toISOString(),
      returnedAt: returnedAt?.toISOString() ?? null,
      answer: answer ? toAnswer(answer, sees(branchId)) : null,
      actions: done.filter(({ caseId }) => caseId === id).map((each) => toAction(each, names)),
    };
  });
}

export const NO_CASE = "There is no such case.";

export async function getCase(tx: TenantTransaction, id: string, sees: Sight): Promise<Described> {
  const row = await findCase(tx, id);
  const [described] = row ? await describeCases(tx, [row], sees) : [];
  if (!described) throw refuse("not-found", NO_CASE);
  return described;
}

function toAnswer(answer: GivenAnswer, isSeen: boolean): NonNullable<Described["answer"]> {
  const { surveyId, customerId, customerName, place, saleType, answeredAt } = answer;
  const { lowest, given, files } = answer;
  return {
    ...showWhose({ customerId, customerName }, isSeen),
    ...{ surveyId, place, saleType, lowest, given },
    files: files.map(({ id, kind, byteCount, removed }) => ({ id, kind, byteCount, removed })),
    answeredAt: answeredAt.toISOString(),
  };
}

function toAction(
  { id, actionId, name, result, doneAt, doneBy }: ActionRow,
  names: ReadonlyMap<string, string>,
): Described["actions"][number] {
  return {
    ...{ id, actionId, name, result, doneAt: doneAt.toISOString() },
    doneBy: names.get(doneBy) ?? null,
  };
}
