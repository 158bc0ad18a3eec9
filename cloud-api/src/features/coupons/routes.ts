import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { type KindRow, listKinds } from "./kind-queries.ts";
import { archiveKind, changeKind, makeKind } from "./kinds.ts";
import { CouponKindBody, CouponKindReply, CouponKindsReply, KindParams } from "./schema.ts";

export const TAG = {
  name: "coupons",
  description: "Coupons: what is given for what, and redeemed",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const PATH = "/api/v1/coupon-kinds";
const EDIT = { access: { permission: "coupons.edit" } };

/** What coupons are good for, and what they are given for. */
export function registerKinds(routes: Routes, { database }: Context): void {
  routes.get(
    PATH,
    {
      config: { access: { permission: "coupons.read" } },
      schema: {
        tags,
        summary: "What coupons there are, what for, and how many were given and redeemed",
        response: { 200: CouponKindsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        kinds: (await listKinds(tx, null)).map(toReply),
      })),
  );
  routes.post(
    PATH,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a coupon",
        body: CouponKindBody,
        response: { 201: CouponKindReply, ...refusals },
      },
    },
    async (request, reply) => {
      const made = await database.changeTenant(tenantOf(request), (tx) =>
        makeKind(tx, request.body),
      );
      return reply.code(201).send(toReply(made));
    },
  );
  registerKind(routes, { database });
}

function registerKind(routes: Routes, { database }: Pick<Context, "database">): void {
  routes.put(
    `${PATH}/:id`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a coupon; those that were given keep their last day",
        params: KindParams,
        body: CouponKindBody,
        response: { 200: CouponKindReply, ...refusals },
      },
    },
    async (request) =>
      toReply(
        await database.changeTenant(tenantOf(request), (tx) =>
          changeKind(tx, { id: request.params.id, body: request.body }),
        ),
      ),
  );
  routes.post(
    `${PATH}/:id/archive`,
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Give a coupon no more; those that were given are good to their last day",
        params: KindParams,
        response: { 200: CouponKindReply, ...refusals },
      },
    },
    async (request) =>
      toReply(
        await database.changeTenant(tenantOf(request), (tx) => archiveKind(tx, request.params.id)),
      ),
  );
}

function toReply({ madeAt, archivedAt, ...kind }: KindRow): CouponKindReply {
  return {
    ...kind,
    madeAt: madeAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
  };
}
