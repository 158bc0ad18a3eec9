import type { Survey } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import {
  type BranchDocument,
  listBranchNames,
  lockBrandsOf,
  saveDocuments,
} from "../branches/index.ts";
import { placeSurvey, toWordingField } from "./wording-rules.ts";

/** Has a survey asked as it stands at these branches, and at no other: at all of them or at none. */
export async function publishSurvey(
  tx: TenantTransaction,
  { survey, branchIds }: { survey: Survey; branchIds: readonly string[] },
): Promise<NewEvent[]> {
  const branches = await listBranchNames(tx);
  const known = new Map(branches.map(({ id, name }) => [id, name]));
  if (branchIds.some((id) => !known.has(id)))
    throw refuse("invalid", "There is no such branch. It may have been removed.", {
      field: "/branchIds",
    });
  const meant = new Set(branchIds);
  // In one order, as whoever puts a page or a brand's kit on them does.
  await lockBrandsOf(tx, [...known.keys()]);
  const saved = await saveDocuments(tx, [...known.keys()], (document) =>
    ask(document, survey, meant.has(document.branch.id)),
  );
  if (saved.kind === "saved") return saved.events;
  const name = known.get(saved.branchId) ?? saved.branchId;
  if (saved.kind === "not-found") throw refuse("conflict", `${name} is there no more.`);
  throw refuse("invalid", `${name} cannot ask it: ${saved.field} ${saved.reason}.`, {
    field: toWordingField(saved.field),
  });
}

function ask(document: BranchDocument, survey: Survey, isAsked: boolean): BranchDocument {
  const { surveys = [] } = document;
  const asked = placeSurvey(surveys, survey.id, isAsked ? survey : null);
  // A branch that never asked anything goes on to say nothing of surveys.
  return asked.length === 0 && surveys.length === 0 ? document : { ...document, surveys: asked };
}
