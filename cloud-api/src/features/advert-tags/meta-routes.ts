import type { Context, Routes } from "../../feature.ts";
import { findUrlFault } from "../../platform/addresses.ts";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { META_API_URL } from "./meta.ts";
import { findMetaAccess, type MetaAccess, saveMetaAccess } from "./meta-queries.ts";
import { holdSettings } from "./queries.ts";
import { describe, EDIT, PATH, tags } from "./routes.ts";
import { AdvertTagsReply, MetaAccessBody } from "./schema.ts";
import { orderSending, sealToken } from "./send.ts";

/** How the cloud's copy of a visit reaches Meta. */
export function registerMetaAccess(
  routes: Routes,
  { database, sealing, privateGateways }: Context,
) {
  routes.put(
    `${PATH}/meta-access`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give or take away the token for Meta's Conversions API; what waits is sent by it",
        body: MetaAccessBody,
        response: { 200: AdvertTagsReply, "4xx": ErrorReply },
      },
    },
    (request) =>
      database.inTenant(tenantOf(request), async (tx) => {
        await holdSettings(tx);
        const before = await findMetaAccess(tx);
        const apiUrl = readApiUrl(request.body, before, privateGateways);
        const { token } = request.body;
        const given = token === undefined ? (before?.token ?? null) : token;
        const sealed = typeof given === "string" ? sealToken(sealing, tx, given) : given;
        await saveMetaAccess(tx, { apiUrl, token: sealed });
        noteAccess(tx, before, { apiUrl, token: sealed, isNewToken: typeof token === "string" });
        if (sealed !== null) await orderSending(tx);
        return await describe(tx);
      }),
  );
}

/** A token is sent nowhere that whoever gave it did not see. */
function readApiUrl(
  { apiUrl, token }: MetaAccessBody,
  before: MetaAccess | null,
  isPrivateAllowed: boolean,
): string {
  const current = before?.apiUrl ?? META_API_URL;
  const asked = (apiUrl ?? current).trim().replace(/\/+$/, "");
  const field = "/apiUrl";
  const fault = findUrlFault(asked, isPrivateAllowed);
  if (fault) throw refuse("invalid", `The address ${fault}.`, { field });
  if (/[?#]/.test(asked))
    throw refuse("invalid", "The address ends with the version, such as /v25.0.", { field });
  if (asked !== current && before?.token && token === undefined)
    throw refuse("invalid", "Give the token anew with another address.", { field: "/token" });
  return asked;
}

type Access = { apiUrl: string; token: Buffer | null; isNewToken: boolean };

/** That there is a token is told, and that it is another one, and nothing of the token. */
function noteAccess(tx: TenantTransaction, before: MetaAccess | null, after: Access): void {
  const was = before?.token ? "kept" : "none";
  const is = after.isNewToken ? "new" : after.token ? "kept" : "none";
  noteChange(tx, {
    ...{ kind: "advert-tags", id: null },
    before: { metaApiUrl: before?.apiUrl ?? META_API_URL, metaToken: was },
    after: { metaApiUrl: after.apiUrl, metaToken: is },
  });
}
