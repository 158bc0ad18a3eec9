import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import { isForgotten } from "../customers/index.ts";
import { forgetAnswers, keepAnswer } from "./queries.ts";
import { registerSurveys, TAG } from "./routes.ts";

export { listAnsweredBy, purgeAnswers } from "./queries.ts";

/** What guests answered to the surveys of pages and printed links. */
export const surveys: Feature = {
  name: "surveys",
  // Whose an answer is is said by the customers' guests.
  dependsOn: ["branches", "customers"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "surveys.read": { roles: ["manager", "viewer"], covers: "branches" } },
  routes: registerSurveys,
  handlers: {
    "survey.answered": async (tx, { id: eventId, branchId, payload, occurredAt: answeredAt }) => {
      const { answerId: id, ...answer } = payload;
      // Told late by a guest who was forgotten: the answer counts, the words go.
      if (answer.guestId !== null && (await isForgotten(tx, answer.guestId)))
        await erasePersonal(tx, eventId);
      await keepAnswer(tx, { ...answer, id, eventId, branchId, answeredAt });
      return [];
    },
  },
  forget: forgetAnswers,
  tag: TAG,
};
