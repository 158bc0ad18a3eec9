import { isTimeZone } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { type SignIn, staffOf, tenantOf } from "../../platform/session.ts";
import { findMail, type Ordered, putMail } from "./mail-queries.ts";
import { findNextMail, type MailRhythm } from "./mail-rules.ts";
import { forgetOrder, orderLetter, orderNext } from "./mails.ts";
import type { SavedReport } from "./queries.ts";
import { insertReaders, listReaders, resumeReader } from "./reader-queries.ts";
import { describeReaders, listNameable, nameColleagues, putReaders } from "./receivers.ts";
import { getSaved, READ, refuseKeys, refuseLeaving } from "./rights.ts";
import { MailBody, MailReply, SavedParams } from "./schema.ts";

const PATH = "/api/v1/saved-reports/:id/mail";
const KIND = "saved-report-mail";
const params = SavedParams;
const tags = ["saved-reports"];
const refusals = { "4xx": ErrorReply };

/** A saved report written to whoever orders it, and to colleagues whom they name. */
export function mailRoutes(routes: Routes, context: Context): void {
  registerLook(routes, context);
  registerChoice(routes, context);
  registerEnd(routes, context);
  registerOne(routes, context);
}

function registerLook(routes: Routes, context: Context): void {
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
      context.database.readTenant(tenantOf(request), async (tx) => {
        const signIn = staffOf(request);
        const saved = await getSaved(tx, { id: request.params.id, staffId: signIn.staffId });
        return describe(tx, { saved, signIn, rules: context });
      }),
  );
}

function registerChoice(routes: Routes, context: Context): void {
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
      context.database.inTenant(tenantOf(request), async (tx) => {
        const signIn = staffOf(request);
        refuseKeys(signIn);
        const { staffId } = signIn;
        const saved = await getSaved(tx, { id: request.params.id, staffId });
        refuseLeaving(saved, { ...signIn, source: context, by: "mail" });
        const { readerIds, ...rhythm } = request.body;
        checkRhythm(rhythm);
        const asked = { saved, signIn, rules: context };
        const ordered = { savedId: saved.id, staffId };
        const before = await findOrder(tx, ordered);
        const nextAt = findNextMail(rhythm, tx.now);
        await putMail(tx, ordered, { ...rhythm, nextAt });
        await putReaders(tx, ordered, { ...asked, readerIds });
        await orderNext(tx, ordered, nextAt);
        const after = await findOrder(tx, ordered);
        noteChange(tx, { kind: KIND, id: saved.id, before, after });
        return describe(tx, asked);
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
        const before = await findOrder(tx, ordered);
        if (before === null) throw refuseNone();
        await forgetOrder(tx, ordered);
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
        noteChange(tx, { kind: KIND, id: ordered.savedId, before: null, after: { sent: "now" } });
        await insertReaders(tx, ordered, [signIn.staffId]);
        await resumeReader(tx, { ...ordered, readerId: signIn.staffId });
        await orderLetter(tx, { ...ordered, readerId: signIn.staffId }, tx.now.toISOString());
      });
      return reply.code(202).send(null);
    },
  );
}

const refuseNone = () =>
  refuse("not-found", "This report is not written to you. Choose when, first.");

/** An order as the log of changes tells it. */
async function findOrder(tx: TenantTransaction, ordered: Ordered) {
  const mail = await findMail(tx, ordered);
  if (mail === null) return null;
  const { nextAt: _, ...rhythm } = mail;
  return { ...rhythm, readerIds: (await listReaders(tx, ordered)).map(({ readerId }) => readerId) };
}

function checkRhythm({ every, weekday, monthDay, timeZone }: MailRhythm): void {
  const fault = (field: string, message: string) => refuse("invalid", message, { field });
  if ((weekday !== null) !== (every === "week"))
    throw fault("/weekday", "A day of the week goes with a week, and with nothing else.");
  if ((monthDay !== null) !== (every === "month"))
    throw fault("/monthDay", "A day of the month goes with a month, and with nothing else.");
  if (!isTimeZone(timeZone))
    throw fault("/timeZone", `"${timeZone}" is no time zone: give one such as Asia/Ho_Chi_Minh.`);
}

type Asking = { saved: SavedReport; signIn: SignIn; rules: Context };

async function describe(tx: TenantTransaction, asked: Asking): Promise<MailReply> {
  const { saved, signIn, rules } = asked;
  const ordered = { savedId: saved.id, staffId: signIn.staffId };
  const mail = await findMail(tx, ordered);
  const colleagues = nameColleagues(await listNameable(tx, asked));
  const readers = await describeReaders(tx, ordered, rules);
  return {
    ...{ sendsMail: rules.sendsMail, colleagues },
    mail: mail && { ...mail, nextAt: mail.nextAt.toISOString(), readers },
  };
}
