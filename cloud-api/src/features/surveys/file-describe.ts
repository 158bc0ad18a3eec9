import type { FileQuestion } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { nameActors } from "../access/index.ts";
import { listDefinitions } from "./definitions.ts";
import { listAnswersOfEvents, listFilesOf, listRemovedOf } from "./file-queries.ts";
import type { AnswerFile } from "./schema.ts";

/** By what the audit log knows that staff deleted a file. */
export const REMOVAL = { method: "DELETE", path: "/api/v1/survey-files/:fileId" } as const;
const REMOVAL_ACTION = `${REMOVAL.method} ${REMOVAL.path}`;

/** What came with some answers, by answer, what staff deleted of it last; one without is not in it. */
export async function listFilesByAnswer(
  tx: TenantTransaction,
  answerIds: readonly string[],
): Promise<ReadonlyMap<string, AnswerFile[]>> {
  const rows = await listFilesOf(tx, answerIds);
  const removed = await listRemovedOf(tx, { answerIds, action: REMOVAL_ACTION });
  if (rows.length + removed.length === 0) return new Map();
  const asked = listFileQuestions(await listDefinitions(tx, null));
  const labels = new Map(asked.map(({ id, label }) => [id, label]));
  const names = await nameActors(tx, [...new Set(removed.map(({ actorId }) => actorId))]);
  const files = [
    ...rows.map(({ addedAt, ...file }) => ({
      ...{ ...file, addedAt: addedAt.toISOString(), removed: null },
    })),
    ...removed.map(({ answerId, file, at, actorId }) => ({
      ...{ ...file, answerId, width: null, height: null },
      removed: { at: at.toISOString(), by: names.get(actorId) ?? null },
    })),
  ];
  const byAnswer = Map.groupBy(files, ({ answerId }) => answerId);
  return new Map(
    [...byAnswer].map(([answerId, own]) => [
      answerId,
      own.map(({ answerId: _answerId, ...file }) => ({
        ...{ ...file, label: labels.get(file.questionId) ?? null },
      })),
    ]),
  );
}

/** What came with the answers that some events told, by event. */
export async function listFilesByEvent(
  tx: TenantTransaction,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, AnswerFile[]>> {
  const answers = await listAnswersOfEvents(tx, eventIds);
  const files = await listFilesByAnswer(tx, [...answers.values()]);
  return new Map([...answers].map(([eventId, id]) => [eventId, files.get(id) ?? []]));
}

/** What surveys ask and asked files for, each by its newest wording, which comes first. */
export function listFileQuestions(
  definitions: readonly { files: readonly FileQuestion[] }[],
): FileQuestion[] {
  const asked = new Map<string, FileQuestion>();
  for (const question of definitions.flatMap(({ files }) => files))
    if (!asked.has(question.id)) asked.set(question.id, question);
  return [...asked.values()];
}
