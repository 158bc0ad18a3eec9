import { chooseSaleType, isForSaleType, type Survey } from "@foyer/contract";
import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { staffOf, tenantIdOf, tenantOf, unboundTenantOf } from "../../platform/session.ts";
import { nameActors } from "../access/index.ts";
import { getBranch } from "../branches/index.ts";
import { type AnswerCoupon, giveForAnswer } from "../coupons/index.ts";
import { resolveCustomer } from "../customers/index.ts";
import {
  describeGiven,
  findSaleType,
  findWording,
  listAskingBranches,
  listSaleTypes,
  listSaleTypesOf,
} from "../surveys/index.ts";
import { findTaken, insertTaken, type Taken } from "./queries.ts";
import { AWAY_DAYS_MAX, checkAnswers, readTakenAt } from "./rules.ts";
import {
  CustomerCheckBody,
  CustomerCheckReply,
  DeskReply,
  TakenBody,
  TakenReply,
} from "./schema.ts";
import { findWhose, mayTie } from "./whose.ts";

export const TAG = {
  name: "answer-desk",
  description: "Surveys that staff fill in for guests, on site or by phone",
};
const tags = [TAG.name];
export const refusals = { "4xx": ErrorReply };
export const TAKE = { access: { permission: "answer-desk.take" } };

export function registerDesk(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/answer-desk",
    {
      config: TAKE,
      schema: {
        tags,
        summary: "What a device needs to ask guests while it is offline",
        response: { 200: DeskReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const names = await nameActors(tx, [staffId]);
        return {
          companyId: tenantIdOf(request),
          staff: { id: staffId, name: names.get(staffId) ?? "" },
          mayTie: mayTie(request, context),
          saleTypes: listSaleTypesOf({}, await listSaleTypes(tx)),
          branches: (await listAskingBranches(tx)).map(({ branch, surveys }) => ({
            ...{ id: branch.id, name: branch.name, languages: [...branch.languages] },
            surveys: [...surveys],
          })),
        };
      }),
  );
  routes.post(
    "/api/v1/answer-desk/answers",
    {
      config: TAKE,
      schema: {
        tags,
        summary: "Tell an answer that staff filled in; told again it is kept once",
        body: TakenBody,
        response: { 200: TakenReply, ...refusals },
      },
    },
    (request) => takeAnswer(request, context, request.body),
  );
  routes.post(
    "/api/v1/answer-desk/customer-checks",
    {
      config: TAKE,
      schema: {
        tags,
        summary: "Whose a guest's number is, of the customers whom staff may see",
        body: CustomerCheckBody,
        response: { 200: CustomerCheckReply, ...refusals },
      },
    },
    async (request) => {
      const whose = await findWhose(request, context, request.body);
      if (whose.state === "not-allowed")
        throw refuse("forbidden", "Your role may not see customers, so it ties no answer to one.");
      return whose.state === "found" ? { state: whose.state, name: whose.name } : whose;
    },
  );
}

/** As it was first told; null: at a branch out of reach. */
type Told = { outcome: TakenReply["outcome"]; taken: First | null };
type First = Omit<Taken, "toldAt">;

/** Keeps an answer and, whose it is being known, gives what the survey gives for it. */
async function takeAnswer(
  request: FastifyRequest,
  context: Context,
  body: TakenBody,
): Promise<TakenReply> {
  const { answerId: id, surveyId, version, branchId, how, phone } = body;
  const { staffId } = staffOf(request);
  if (body.staffId !== staffId)
    throw refuse("forbidden", "Somebody else filled it in: they tell it themselves.", {
      field: "/staffId",
    });
  const found = phone === undefined ? null : await findWhose(request, context, { branchId, phone });
  const customerId = found?.state === "found" ? found.id : null;
  const whose = found?.state === "found" ? "customer" : (found?.state ?? null);
  const { outcome, taken } = await context.database.changeTenant(
    tenantOf(request),
    async (tx): Promise<Changed<Told>> => {
      const event = await readTaken(tx, { body, customerId });
      const answered = { version, answeredAt: event.occurredAt, takenBy: staffId };
      const first: First = { id, branchId, surveyId, whose, customerId, ...answered };
      if (!(await insertTaken(tx, first)))
        return {
          result: { outcome: "kept-before", taken: await findTaken(tx, id) },
          events: [],
        };
      // Whoever reads answers knows their ids: what a guest said raises no case by another's word.
      if ((await describeGiven(tx, [id])).size > 0)
        throw refuse("conflict", "There is an answer of that id, which nobody filled in here.", {
          field: "/answerId",
        });
      const after = { surveyId, how, branchId };
      const who = customerId === null ? {} : { customerId };
      noteChange(tx, { kind: TAG.name, id, ...who, before: null, after });
      return { result: { outcome: "kept", taken: first }, events: [event] };
    },
  );
  const coupon = taken?.customerId
    ? await context.database.changeTenant(unboundTenantOf(request), (tx) => giveFor(tx, taken))
    : null;
  return { outcome, whose: taken?.whose ?? null, coupon };
}

/**
 * What the customer gets for an answer as it was first told: a reply that was lost is asked for again,
 * with whatever number, and brings what it brought the first time.
 */
async function giveFor(
  tx: TenantTransaction,
  { id, branchId, surveyId, customerId: named }: First,
): Promise<Changed<AnswerCoupon | null>> {
  // Part of another record by now, it is theirs.
  const customerId = named ? await resolveCustomer(tx, named) : null;
  if (surveyId === null || customerId === null) return { result: null, events: [] };
  return giveForAnswer(tx, { answerId: id, surveyId, branchId, customerId });
}

/** The event of an answer that the survey allows; refuses any other. */
async function readTaken(
  tx: TenantTransaction,
  { body, customerId }: { body: TakenBody; customerId: string | null },
): Promise<NewEvent> {
  const { answerId, surveyId, version, branchId, staffId, how, language } = body;
  const said = body.saleTypeId ?? null;
  await getBranch(tx, branchId);
  const when = readTakenAt(new Date(body.takenAt), tx.now);
  if (when.kind === "too-old")
    throw refuse("invalid", `It was filled in more than ${AWAY_DAYS_MAX} days ago.`, {
      field: "/takenAt",
    });
  const survey = await findWording(tx, { surveyId, version, branchId });
  if (!survey) throw refuse("not-found", "Nobody is asked this survey in that wording.");
  await checkSaleType(tx, survey, said);
  const saleTypeId = chooseSaleType(survey, said);
  const { answers, faults } = checkAnswers(survey, body.answers);
  const [questionId] = Object.keys(faults);
  if (questionId !== undefined)
    throw refuse("invalid", `The question ${questionId} is not answered as it may be.`, {
      field: `/answers/${questionId}`,
    });
  const { texts, dates, ...impersonal } = answers;
  return {
    ...{ id: newId(), type: "survey.answered", version: 1, occurredAt: when.at, branchId },
    origin: null,
    payload: {
      ...{ answerId, surveyId, ...(version === null ? {} : { surveyVersion: version }) },
      // Of a customer it is as of their own guest, whom no box ever met and whose id is theirs.
      ...{ guestId: customerId, deviceId: null, nasId: null, by: "staff", place: null, language },
      ...(saleTypeId !== null && { saleTypeId }),
      ...{ taken: { staffId, how }, ...impersonal },
    },
    personal: { texts, dates },
  };
}

/** Of what the survey was for when it was asked; one that has ended since was still chosen by then. */
async function checkSaleType(
  tx: TenantTransaction,
  survey: Survey,
  saleTypeId: string | null,
): Promise<void> {
  if (saleTypeId === null) return;
  if (isForSaleType(survey, saleTypeId) && (await findSaleType(tx, saleTypeId))) return;
  throw refuse("not-found", "The survey is not asked of this kind of sale.", {
    field: "/saleTypeId",
  });
}
