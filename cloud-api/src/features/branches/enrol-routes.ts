import {
  ENROL_PATH,
  EnrolReply,
  EnrolRequest,
  isProved,
  NEXT_KEY_PATH,
  NextKey,
  nameKey,
} from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { boxOf } from "../../platform/session.ts";
import { addNextKey } from "./box-keys-queries.ts";
import { enrol, toNewKey } from "./enrol.ts";

const tags = ["boxes"];
const refusals = { "4xx": ErrorReply };
/** A code has 80 bits, so that this only spares the database. */
const DOOR_LIMIT = { rateLimit: { max: 60, timeWindow: "1 minute" } };

/** How a box gets its identity, and changes its key. */
export function registerEnrolment(routes: Routes, context: Context): void {
  registerEnrol(routes, context);
  registerNextKey(routes, context);
}

function registerEnrol(routes: Routes, { database, origin }: Context): void {
  routes.post(
    ENROL_PATH,
    {
      config: { access: "new-box", ...DOOR_LIMIT },
      schema: {
        tags,
        summary: "Makes whoever brings a code and a key of their own the box of that code",
        description: "The same key may ask again with the same code: its answer can be lost.",
        body: EnrolRequest,
        response: { 200: EnrolReply, ...refusals },
      },
    },
    async (request) => {
      const { code, publicKey } = request.body;
      if (!isProved({ kind: "enrol", code }, request.body))
        throw refuse("invalid", "The key is not proved to be the box's own.", { field: "/proof" });
      const box = await enrol(database, request.body);
      if (!box)
        throw refuse(
          "not-found",
          "This code is not known, is too old, or was used by another box. Make a new one in the staff app, on the branch's card.",
        );
      request.log.info(
        { boxId: box.boxId, keyId: nameKey(toNewKey(publicKey).publicKey) },
        "box enrolled",
      );
      const { tenantId, branchId, boxId } = box;
      return { tenantId, branchId, boxId, cloudUrl: origin() };
    },
  );
}

function registerNextKey(routes: Routes, { database }: Context): void {
  routes.post(
    NEXT_KEY_PATH,
    {
      config: { access: "box" },
      schema: {
        tags,
        summary: "Adds a box's next key: the one that signed is good until the next is used",
        body: NextKey,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const box = boxOf(request);
      if (!isProved({ kind: "next-key", boxId: box.boxId }, request.body))
        throw refuse("invalid", "The key is not proved to be the box's own.", { field: "/proof" });
      const ownKeyId = Buffer.from(nameKey(box.publicKey), "base64url");
      await database.inDirectory((tx) =>
        addNextKey(tx, { ownKeyId, ...toNewKey(request.body.publicKey) }),
      );
      return reply.code(204).send(null);
    },
  );
}
