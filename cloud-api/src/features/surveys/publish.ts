import type { Survey } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { listDocuments, lockBrandsOf, saveDocument } from "../branches/index.ts";
import { placeSurvey, toWordingField } from "./wording-rules.ts";

/** Has a survey asked as it stands at these branches, and at no other. */
export async function publishSurvey(
  tx: TenantTransaction,
  { survey, branchIds }: { survey: Survey; branchIds: readonly string[] },
): Promise<NewEvent[]> {
  const branches = (await listDocuments(tx)).map(({ document: { branch } }) => branch);
  if (branchIds.some((id) => !branches.some((each) => each.id === id)))
    throw refuse("invalid", "There is no such branch. It may have been removed.", {
      field: "/branchIds",
    });
  // In one order, as whoever puts a page or a brand's kit on them does.
  await lockBrandsOf(
    tx,
    branches.map(({ id }) => id),
  );
  const events: NewEvent[] = [];
  for (const { id, name } of branches) {
    const placed = branchIds.includes(id) ? survey : null;
    const saved = await saveDocument(tx, id, ({ surveys = [], ...document }) => {
      const asked = placeSurvey(surveys, survey.id, placed);
      // A branch that never asked anything goes on to say nothing of surveys.
      return asked.length === 0 && surveys.length === 0
        ? document
        : { ...document, surveys: asked };
    });
    if (saved.kind === "not-found") continue;
    if (saved.kind === "invalid")
      throw refuse("invalid", `${name} cannot ask it: ${saved.field} ${saved.reason}.`, {
        field: toWordingField(saved.field),
      });
    events.push(...saved.events);
  }
  return events;
}
