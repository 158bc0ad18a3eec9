import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { listColleagues } from "../access/index.ts";
import { answerRequest, liftRestriction, noteAsked } from "./answers.ts";
import { describeRequest } from "./describe.ts";
import { countOpenRequests, findLaw, listAllRequests, saveLaw } from "./request-queries.ts";
import {
  LawBody,
  NewRequestBody,
  NewRequestReply,
  OutcomeBody,
  RequestsQuery,
  RequestsReply,
} from "./request-schema.ts";
import { CustomerParams, RequestParams } from "./schema.ts";

const tags = ["customers"];
const refusals = { "4xx": ErrorReply };
const ANSWER = { access: { permission: "customers.answer", customer: "id" } };
const LISTED_MAX = 500;

/** What people ask for about what is kept of them, and what becomes of it. */
export function answerRoutes(routes: Routes, context: Context): void {
  registerList(routes, context);
  registerAnswers(routes, context);
  registerLaw(routes, context);
}

function registerList(routes: Routes, { database }: Context): void {
  routes.get(
    "/api/v1/customer-requests",
    {
      config: { access: { permission: "customers.read" } },
      schema: {
        ...{ tags, summary: "What people asked for, by the day it is due" },
        querystring: RequestsQuery,
        response: { 200: RequestsReply, ...refusals },
      },
    },
    async (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const isOpen = request.query.state === "open";
        const rows = await listAllRequests(tx, { isOpen, limit: LISTED_MAX });
        const staff = new Map((await listColleagues(tx)).map(({ id, name }) => [id, name]));
        const now = tx.now.toISOString();
        const listed = rows.map((row) => {
          const described = describeRequest(row, staff);
          return { ...described, isLate: isOpen && described.finishBy < now };
        });
        const requests = isOpen
          ? listed.toSorted((one, other) => (one.finishBy < other.finishBy ? -1 : 1))
          : listed;
        const total = await countOpenRequests(tx);
        return { requests, law: await findLaw(tx), nextCursor: null, total };
      }),
  );
}

function registerAnswers(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customers/:id/requests",
    {
      config: ANSWER,
      schema: {
        ...{ tags, summary: "Write down what a customer asked for" },
        params: CustomerParams,
        body: NewRequestBody,
        response: { 201: NewRequestReply, ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const { kind, note = "" } = request.body;
      const asked = { customerId: request.params.id, kind, note: note.trim() || null, staffId };
      const id = await database.changeTenant(tenantOf(request), async (tx) => {
        const { requestId, events } = await noteAsked(tx, asked);
        return { result: requestId, events };
      });
      return reply.code(201).send({ id });
    },
  );
  routes.post(
    "/api/v1/customers/:id/requests/:requestId/outcome",
    {
      config: ANSWER,
      schema: {
        ...{ tags, summary: "Carry a request out, or refuse it and say why" },
        params: RequestParams,
        body: OutcomeBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const { id: customerId, requestId: id } = request.params;
      const { outcome, note: said = "" } = request.body;
      const note = said.trim() || null;
      if (outcome === "refused" && note === null)
        throw refuse("invalid", "A refusal says why.", { field: "/note" });
      await database.changeTenant(tenantOf(request), async (tx) => ({
        result: null,
        events: await answerRequest(tx, { id, customerId, outcome, note, staffId }),
      }));
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/v1/customers/:id/lift-restriction",
    {
      config: ANSWER,
      schema: {
        ...{ tags, summary: "Use the record of a customer again, as they agree" },
        params: CustomerParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const who = { customerId: request.params.id, staffId: staffOf(request).staffId };
      await database.changeTenant(tenantOf(request), async (tx) => ({
        result: null,
        events: await liftRestriction(tx, who),
      }));
      return reply.code(204).send(null);
    },
  );
}

function registerLaw(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/privacy-law",
    {
      config: { access: { permission: "customers.law" } },
      schema: {
        ...{
          tags,
          summary: "Choose the law by which requests are due; those that wait keep theirs",
        },
        body: LawBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { law } = request.body;
      await database.changeTenant(tenantOf(request), async (tx) => {
        const before = { law: await findLaw(tx) };
        await saveLaw(tx, law);
        noteChange(tx, { kind: "privacy-law", id: null, before, after: { law } });
        const common = { version: 1, branchId: null, origin: null, personal: {} };
        const type = "privacy-law.changed";
        const event = { id: newId(), type, occurredAt: tx.now, payload: { law }, ...common };
        return { result: null, events: [event] };
      });
      return reply.code(204).send(null);
    },
  );
}
