import type { Static } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { SilenceMailsBody, SilenceMailsReply } from "./schema.ts";
import { findLastMail, listFollowers, setFollower } from "./silence-queries.ts";

const tags = ["box health"];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/me/silence-mails";

/** Whether one is written to when a branch falls silent: everybody chooses for themselves. */
export function registerSilenceMails(routes: Routes, { database, sendsMail }: Context): void {
  const describe = async (
    tx: TenantTransaction,
    staffId: string,
  ): Promise<Static<typeof SilenceMailsReply>> => {
    const followers = await listFollowers(tx);
    const last = await findLastMail(tx, staffId);
    return {
      ...{ isOn: followers.some((each) => each.staffId === staffId), sendsMail },
      last: last && { ...last, createdAt: last.createdAt.toISOString() },
    };
  };
  routes.get(
    PATH,
    {
      config: { access: { permission: "boxes.read" } },
      schema: {
        tags,
        summary: "Whether one is written to when a branch of the company falls silent",
        response: { 200: SilenceMailsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), (tx) => describe(tx, staffOf(request).staffId)),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "boxes.edit" } },
      schema: {
        tags,
        summary: "Choose it",
        body: SilenceMailsBody,
        response: { 200: SilenceMailsReply, ...refusals },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        const { staffId } = staffOf(request);
        const { isOn } = await describe(tx, staffId);
        await setFollower(tx, { staffId, isOn: request.body.isOn });
        const versions = { before: { isOn }, after: request.body };
        noteChange(tx, { kind: "silence-mails", id: staffId, ...versions });
        return describe(tx, staffId);
      }),
  );
}
