import { isTimeZone } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { deleteMail, findMail, type Ordered, putMail } from "./mail-queries.ts";
import { findNextMail, readOutcome } from "./mail-rules.ts";
import { orderNext, orderOne } from "./mails.ts";
import { getSaved, READ, refuseKeys } from "./rights.ts";
import { MailBody, MailReply, SavedParams } from "./schema.ts";

const PATH = "/api/v1/saved-reports/:id/mail";
const KIND = "saved-report-mail";
const params = SavedParams;
const tags = ["saved-reports"];
const refusals = { "4xx": ErrorReply };

/** A saved report written to whoever reads it, by themselves and for themselves. */
export function mailRoutes(routes: Routes, context: Context): void {
  registerLook(routes, context);
  registerChoice(routes, context);
  registerEnd(routes, context);
  registerOne(routes, context);
}

function registerLook(routes: Routes, { database, sendsMail }: Context): void {
  routes.get(
    PATH,
    {
      config: READ,
      schema: {
        ...{ tags, params, summary: "When a saved report is written to the caller" },
        response: { 200: MailReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const { id: savedId } = await getSaved(tx, { id: request.params.id, staffId });
        return describe(tx, { savedId, staffId }, sendsMail);
      }),
  );
}

function registerChoice(routes: Routes, { database, sendsMail }: Context): void {
  routes.put(
    PATH,
    {
      config: READ,
      schema: {
        ...{ tags, params, body: MailBody, summary: "Have a saved report written to the caller" },
        response: { 200: MailReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const signIn = staffOf(request);
        refuseKeys(signIn);
        const { staffId } = signIn;
        const { id: savedId } = await getSaved(tx, { id: request.params.id, staffId });
        checkRhythm(request.body);
        const ordered = { savedId, staffId };
        const before = await findMail(tx, ordered);
        const nextAt = findNextMail(request.body, tx.now);
        await putMail(tx, ordered, { ...request.body, nextAt });
        await orderNext(tx, ordered, nextAt);
        noteChange(tx, { kind: KIND, id: savedId, before, after: request.body });
        return describe(tx, ordered, sendsMail);
      }),
  );
}

function registerEnd(routes: Routes, { database }: Context): void {
  routes.delete(
    PATH,
    {
      config: READ,
      schema: {
        ...{ tags, params, summary: "Have a saved report written to the caller no more" },
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      await database.inTenant(tenantOf(request), async (tx) => {
        const signIn = staffOf(request);
        refuseKeys(signIn);
        const ordered = { savedId: request.params.id, staffId: signIn.staffId };
        const before = await findMail(tx, ordered);
        if (before === null) throw refuseNone();
        await deleteMail(tx, ordered);
        noteChange(tx, { kind: KIND, id: ordered.savedId, before, after: null });
      });
      return reply.code(204).send(null);
    },
  );
}

function registerOne(routes: Routes, { database, sendsMail }: Context): void {
  routes.post(
    `${PATH}/now`,
    {
      config: READ,
      schema: {
        ...{ tags, params, summary: "Write a saved report to the caller now, to look at it" },
        response: { 202: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const signIn = staffOf(request);
      refuseKeys(signIn);
      await database.inTenant(tenantOf(request), async (tx) => {
        const ordered = { savedId: request.params.id, staffId: signIn.staffId };
        if (!(await findMail(tx, ordered))) throw refuseNone();
        if (!sendsMail)
          throw refuse("conflict", "This Foyer has no mail server. Ask its operator.");
        const since = tx.now.toISOString();
        await orderOne(tx, ordered, { at: tx.now, mailId: newId(), since });
      });
      return reply.code(202).send(null);
    },
  );
}

const refuseNone = () =>
  refuse("not-found", "This report is not written to you. Choose when, first.");

function checkRhythm({ every, weekday, monthDay, timeZone }: MailBody): void {
  const fault = (field: string, message: string) => refuse("invalid", message, { field });
  if ((weekday !== null) !== (every === "week"))
    throw fault("/weekday", "A day of the week goes with a week, and with nothing else.");
  if ((monthDay !== null) !== (every === "month"))
    throw fault("/monthDay", "A day of the month goes with a month, and with nothing else.");
  if (!isTimeZone(timeZone))
    throw fault("/timeZone", `"${timeZone}" is no time zone: give one such as Asia/Ho_Chi_Minh.`);
}

async function describe(
  tx: TenantTransaction,
  ordered: Ordered,
  sendsMail: boolean,
): Promise<MailReply> {
  const found = await findMail(tx, ordered);
  if (found === null) return { sendsMail, mail: null };
  const { nextAt, begunAt, mailId: _, ...mail } = found;
  return {
    sendsMail,
    mail: {
      ...{ ...mail, nextAt: nextAt.toISOString(), begunAt: begunAt?.toISOString() ?? null },
      outcome: readOutcome(found, tx.now),
    },
  };
}
