import type { TenantTransaction } from "../../platform/db.ts";
import { listDocuments } from "../branches/index.ts";
import { listVersions } from "./version-queries.ts";

/** How surveys are and were asked, the newest wording first; of one survey, or of all (null). */
export async function listDefinitions(tx: TenantTransaction, surveyId: string | null) {
  const documents = await listDocuments(tx);
  const asked = documents.flatMap(({ document }) => document.surveys ?? []);
  const made = await listVersions(tx, surveyId);
  const isMeant = (id: string) => surveyId === null || id === surveyId;
  return [...asked, ...made.map(({ document }) => document)]
    .filter(({ id }) => isMeant(id))
    .toSorted((one, other) => (other.version ?? 0) - (one.version ?? 0))
    .map(({ id, version = null, questions, files = [] }) => ({
      ...{ surveyId: id, version, questions, files },
    }));
}
