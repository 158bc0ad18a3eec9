import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { hashPassword, isPasswordRight } from "./passwords.ts";
import { deleteOtherSignIns, getStaff } from "./queries.ts";
import { TAG, tokenOf } from "./routes.ts";
import { findPasswordFault } from "./rules.ts";
import { PasswordBody } from "./schema.ts";
import { countTry } from "./sign-in.ts";
import { updatePassword } from "./staff-queries.ts";
import { tellOwner } from "./tell-owner.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };

/** One's own password, and one's sessions in other browsers. */
export function registerPassword(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/me/password",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Change one's password; sessions elsewhere end",
        body: PasswordBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { password, newPassword } = request.body;
      const { staffId } = staffOf(request);
      const staff = await database.inDirectory((tx) => getStaff(tx, staffId));
      await countTry(context, staff.email, request.ip);
      if (!(await isPasswordRight(password, staff.passwordHash)))
        throw refuse("invalid", "The password is wrong.", { field: "/password" });
      const fault = findPasswordFault(newPassword, staff.email);
      if (fault) throw refuse("invalid", fault, { field: "/newPassword" });
      const newHash = await hashPassword(newPassword);
      await database.inDirectory(async (tx) => {
        if (!(await updatePassword(tx, { staffId, oldHash: staff.passwordHash, newHash })))
          throw refuse("conflict", "The password was changed elsewhere just now.");
        await deleteOtherSignIns(tx, staffId, tokenOf(request));
        await tellOwner(tx, context, { kind: "password-changed", staff, request });
      });
      return reply.code(204).send(null);
    },
  );
  routes.post(
    "/api/v1/me/sign-out-elsewhere",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "End every session of one's own but this one",
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      await database.inDirectory((tx) => deleteOtherSignIns(tx, staffId, tokenOf(request)));
      return reply.code(204).send(null);
    },
  );
}
