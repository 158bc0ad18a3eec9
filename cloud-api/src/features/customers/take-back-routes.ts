import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { staffOf, wholeTenantOf } from "../../platform/session.ts";
import { CustomerParams, TakeBackBody } from "./schema.ts";
import { takeBackConsent } from "./take-back.ts";

/** What a customer tells staff that they do not want any more. */
export function takeBackRoutes(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/customers/:id/consents/take-back",
    {
      config: { access: { permission: "customers.edit", customer: "id" } },
      schema: {
        tags: ["customers"],
        summary: "Take back what a customer agreed to, as they asked for; nobody agrees for them",
        params: CustomerParams,
        body: TakeBackBody,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { staffId } = staffOf(request);
      const customerId = request.params.id.toLowerCase();
      const { purpose, channel } = request.body;
      await database.changeTenant(wholeTenantOf(request), async (tx) => ({
        result: null,
        events: await takeBackConsent(tx, { customerId, purpose, channel, by: "staff", staffId }),
      }));
      return reply.code(204).send(null);
    },
  );
}
