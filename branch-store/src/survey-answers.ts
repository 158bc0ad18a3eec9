import type { EventPayload } from "@foyer/contract";
import { isErasedGuest } from "./erased-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** Answers of nobody that a branch takes within an hour: a link can be opened without end. */
export const NOBODYS_ANSWERS_MAX = 300;
const HOUR_MS = 60 * 60 * 1000;

export type SurveyAnswer = EventPayload<"survey.answered">;

export type KeptAnswer =
  | { kind: "kept" }
  /** By this guest, by this device of nobody's, or by this very form. */
  | { kind: "answered-before" }
  | { kind: "too-many" };

/**
 * Keeps an answer and tells of it, once: a guest who has answered is never asked again. A device that was
 * only claimed may have been forgotten while the survey lay open.
 */
export function keepSurveyAnswer(tx: Transaction, answer: SurveyAnswer): KeptAnswer {
  const { answerId, surveyId, guestId, deviceId } = answer;
  // Forgotten while the survey lay open: nothing of theirs is kept any more.
  if (guestId !== null && isErasedGuest(tx, guestId)) return { kind: "answered-before" };
  if (guestId === null && countNobodys(tx) >= NOBODYS_ANSWERS_MAX) return { kind: "too-many" };
  const { changes } = tx
    .sql(
      `insert into survey_answers (id, survey_id, guest_id, device_id, answered_at)
       values (?, ?, ?, (select id from devices where id = ?), ?) on conflict do nothing`,
    )
    .run(answerId, surveyId, guestId, deviceId, tx.now.getTime());
  if (changes === 0) return { kind: "answered-before" };
  appendEvent(tx, "survey.answered", answer);
  return { kind: "kept" };
}

function countNobodys(tx: Reader): number {
  const now = tx.now.getTime();
  const row = tx
    .sql(
      `select count(*) as count from survey_answers
       where guest_id is null and answered_at between ? and ?`,
    )
    .get(now - HOUR_MS, now);
  return (row as { count: number }).count;
}

/** The ids of the surveys that a guest has answered here. */
export function listAnsweredSurveys(tx: Reader, guestId: string): string[] {
  const rows = tx.sql("select survey_id from survey_answers where guest_id = ?").all(guestId);
  return (rows as { survey_id: string }[]).map((each) => each.survey_id);
}

/** Whether a guest, or a device that is nobody's, has answered a survey. */
export function hasAnsweredSurvey(
  tx: Reader,
  { surveyId, guestId, deviceId }: Pick<SurveyAnswer, "surveyId" | "guestId" | "deviceId">,
): boolean {
  if (guestId !== null) return listAnsweredSurveys(tx, guestId).includes(surveyId);
  const row = tx
    .sql("select 1 from survey_answers where guest_id is null and device_id = ? and survey_id = ?")
    .get(deviceId, surveyId);
  return row !== undefined;
}
