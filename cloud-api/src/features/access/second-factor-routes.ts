import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { askSecondFactor, asksSecondFactor } from "../tenants/index.ts";
import { getStaff } from "./queries.ts";
import { TAG } from "./routes.ts";
import { SecondFactorDuty } from "./schema.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/staff-second-factor";

/** Whether the company has everybody sign in with a second factor. */
export function registerSecondFactor(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    PATH,
    {
      config: { access: { permission: "staff.read" } },
      schema: {
        ...{ tags, summary: "Whether all staff have to sign in with two steps" },
        response: { 200: SecondFactorDuty, ...refusals },
      },
    },
    async (request) => ({
      isRequired: await database.readTenant(tenantOf(request), asksSecondFactor),
    }),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "staff.edit" } },
      schema: {
        ...{ tags, summary: "Have all staff sign in with two steps, from their next request on" },
        ...{ body: SecondFactorDuty, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      const { isRequired } = request.body;
      const { staffId } = staffOf(request);
      const staff = await database.inDirectory((tx) => getStaff(tx, staffId));
      // Whoever asks it of others shows that it works, and is not the first who is kept out.
      if (isRequired && staff.totpSecret === null)
        throw refuse("conflict", "Set up your own two-step sign-in first.");
      await database.inTenant(tenantOf(request), async (tx) => {
        const before = { isRequired: await asksSecondFactor(tx) };
        await askSecondFactor(tx, isRequired);
        const kind = "staff-second-factor";
        noteChange(tx, { kind, id: null, before, after: { isRequired } });
      });
      return reply.code(204).send(null);
    },
  );
}
