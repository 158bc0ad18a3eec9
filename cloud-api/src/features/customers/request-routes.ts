import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantEntry } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { answerRequest } from "./answers.ts";
import { describeCopy } from "./copy.ts";
import { toCopyCsv } from "./copy-csv.ts";
import { CopyReply, CustomerParams, RequestParams } from "./schema.ts";

/** What staff do about what a customer asked for. */
export function requestRoutes(routes: Routes, { database, hooks }: Context): void {
  const readCopy = (tenant: TenantEntry, id: string) =>
    database.readTenant(tenant, async (tx) => {
      const copy = await describeCopy(tx, hooks, id);
      if (!copy) throw refuse("not-found", "There is no such customer.");
      return copy;
    });
  routes.get(
    "/api/v1/customers/:id/copy",
    {
      config: { access: { permission: "customers.answer", customer: "id" } },
      schema: {
        tags: ["customers"],
        summary: "A copy of what is kept of a customer, as a file to hand over",
        params: CustomerParams,
        response: { 200: CopyReply, "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const copy = await readCopy(tenantOf(request), id);
      reply.header("content-disposition", `attachment; filename="customer-${id}.json"`);
      reply.header("cache-control", "no-store");
      return copy;
    },
  );

  routes.get(
    "/api/v1/customers/:id/copy.csv",
    {
      config: { access: { permission: "customers.answer", customer: "id" } },
      schema: {
        tags: ["customers"],
        summary: "The same as a table that spreadsheets open: UTF-8, formulas disarmed",
        params: CustomerParams,
        produces: ["text/csv"],
        response: { 200: Type.String(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const copy = await readCopy(tenantOf(request), id);
      reply.header("content-type", "text/csv; charset=utf-8");
      reply.header("content-disposition", `attachment; filename="customer-${id}.csv"`);
      reply.header("cache-control", "no-store");
      return toCopyCsv(copy);
    },
  );

  routes.post(
    "/api/v1/customers/:id/requests/:requestId/finish",
    {
      config: { access: { permission: "customers.answer", customer: "id" } },
      schema: {
        tags: ["customers"],
        summary: "Notes that a request was carried out",
        params: RequestParams,
        response: { 204: Type.Null(), "4xx": ErrorReply },
      },
    },
    async (request, reply) => {
      const { id: customerId, requestId: id } = request.params;
      const { staffId } = staffOf(request);
      await database.changeTenant(tenantOf(request), async (tx) => ({
        result: null,
        events: await answerRequest(tx, {
          ...{ id, customerId, outcome: "done", note: null, staffId },
        }),
      }));
      return reply.code(204).send(null);
    },
  );
}
