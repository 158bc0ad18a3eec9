import type { Survey } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { listDocuments } from "../branches/index.ts";
import { listVersions } from "./version-queries.ts";

/** A branch, and what its guests are asked. */
export type AskingBranch = {
  branch: { id: string; name: string; languages: readonly ("vi" | "en" | "fa")[] };
  surveys: readonly Survey[];
};

/** The branches that ask something, as far as the transaction reaches. */
export async function listAskingBranches(tx: TenantTransaction): Promise<AskingBranch[]> {
  return (await listDocuments(tx)).flatMap(({ document: { branch, surveys = [] } }) =>
    surveys.length > 0 ? [{ branch, surveys }] : [],
  );
}

/** How a survey was worded when it was answered; null: nobody knows such a wording. */
export async function findWording(
  tx: TenantTransaction,
  asked: { surveyId: string; version: number | null; branchId: string },
): Promise<Survey | null> {
  const { surveyId, version, branchId } = asked;
  const made = version === null ? [] : await listVersions(tx, surveyId);
  const kept = made.find((each) => each.version === version);
  if (kept) return kept.document;
  const branches = await listAskingBranches(tx);
  const here = branches.find(({ branch }) => branch.id === branchId);
  const standing = here?.surveys.find(({ id }) => id === surveyId);
  return standing && (standing.version ?? null) === version ? standing : null;
}
