import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantOf } from "../../platform/session.ts";
import { markChanged, setCustomerMarks } from "./changes.ts";
import { describeMarks } from "./describe.ts";
import { listMarks, lockMarks, placeMarks } from "./queries.ts";
import { isSameSet } from "./rules.ts";
import {
  CustomerMarksReply,
  CustomerParams,
  TierBody,
  TierOrderBody,
  TiersReply,
} from "./schema.ts";

const tags = ["marks"];
const refusals = { "4xx": ErrorReply };
const EDIT = { access: { permission: "marks.edit" } };
const GIVE = { access: { permission: "marks.give", customer: "id" } };

/** What tiers have beyond groups and tags: an order. And who is in which. */
export function registerTiers(routes: Routes, { database }: Context): void {
  routes.put(
    "/api/v1/tier-order",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Set the order of the customer tiers",
        body: TierOrderBody,
        response: { 200: TiersReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const ids = request.body.tierIds.map((id) => id.toLowerCase());
        const before = await lockMarks(tx, "tier");
        const names = new Map((await listMarks(tx, "tier")).map(({ id, name }) => [id, name]));
        // A list from before somebody added or removed one would leave it out.
        if (!isSameSet(ids, before))
          throw refuse("conflict", "These are not all the tiers. Load them again.");
        await placeMarks(tx, ids);
        const tiers = await listMarks(tx, "tier");
        const told = (order: readonly string[]) => ({ order: order.map((id) => names.get(id)) });
        const versions = { before: told(before), after: told(ids) };
        noteChange(tx, { kind: "tier-order", id: null, ...versions });
        const [first] = ids;
        const isMoved = first !== undefined && ids.join() !== before.join();
        return {
          result: { tiers, nextCursor: null, total: tiers.length },
          events: isMoved
            ? [markChanged(tx, { kind: "tier", markId: first, change: "moved" })]
            : [],
        };
      }),
  );
  routes.put(
    "/api/v1/customers/:id/tier",
    {
      config: GIVE,
      schema: {
        tags,
        summary: "Give a customer a tier, or none",
        params: CustomerParams,
        body: TierBody,
        response: { 200: CustomerMarksReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const { tierId } = request.body;
        const markIds = tierId === null ? [] : [tierId.toLowerCase()];
        const who = { customerId: request.params.id, staffId: staffOf(request).staffId };
        const events = await setCustomerMarks(tx, { ...who, kind: "tier", markIds });
        return { result: await describeMarks(tx, who.customerId), events };
      }),
  );
}
