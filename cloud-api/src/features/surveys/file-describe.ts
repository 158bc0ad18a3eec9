import type { FileQuestion } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { listDefinitions } from "./definitions.ts";
import { listAnswersOfEvents, listFilesOf } from "./file-queries.ts";
import type { AnswerFile } from "./schema.ts";

/** What came with some answers, by answer; one without files is not in it. */
export async function listFilesByAnswer(
  tx: TenantTransaction,
  answerIds: readonly string[],
): Promise<ReadonlyMap<string, AnswerFile[]>> {
  const rows = await listFilesOf(tx, answerIds);
  if (rows.length === 0) return new Map();
  const asked = listFileQuestions(await listDefinitions(tx, null));
  const labels = new Map(asked.map(({ id, label }) => [id, label]));
  const byAnswer = Map.groupBy(rows, ({ answerId }) => answerId);
  return new Map(
    [...byAnswer].map(([answerId, files]) => [
      answerId,
      files.map(({ answerId: _answerId, addedAt, ...file }) => ({
        ...file,
        label: labels.get(file.questionId) ?? null,
        addedAt: addedAt.toISOString(),
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
