import type { Context, Routes } from "../../feature.ts";
import { findSight, type Sight, showWhose } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf, tenantIdOf, tenantOf, unboundTenantOf } from "../../platform/session.ts";
import { nameStaff, readCursor, writeCursor } from "../customers/index.ts";
import { type CouponRow, countCoupons, listCoupons } from "./coupon-queries.ts";
import { checkCoupon, redeemCoupon, requireBranch } from "./redeem.ts";
import { stateOf } from "./rules.ts";
import {
  CheckBody,
  type CouponReply,
  CouponsQuery,
  CouponsReply,
  RedeemBody,
  TillReply,
} from "./schema.ts";

const tags = ["coupons"];
const refusals = { "4xx": ErrorReply };
const TILL = { access: { permission: "coupons.redeem" } };
const END_OF_CODE = 4;

/** The coupons that were given, one by one. */
export function registerCoupons(routes: Routes, context: Context): void {
  routes.get(
    "/api/v1/coupons",
    {
      config: { access: { permission: "coupons.read" } },
      schema: {
        tags,
        summary:
          "Coupons that were given, the newest first, with who has them and where they were used",
        querystring: CouponsQuery,
        response: { 200: CouponsReply, ...refusals },
      },
    },
    async (request) => {
      const sees = await findSight(request, context);
      return context.database.readTenant(tenantOf(request), async (tx) => {
        const { limit, cursor, kindId = null, customerId = null, state = null } = request.query;
        const query = { kindId, customerId, state };
        const after = cursor === undefined ? null : readCursor(cursor);
        if (cursor !== undefined && !after)
          throw refuse("invalid", "The cursor is not one that this list gave.", {
            field: "/cursor",
          });
        const rows = await listCoupons(tx, { ...query, limit: limit + 1, after });
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1) : undefined;
        return {
          coupons: await describe(tx, shown, sees),
          nextCursor: last ? writeCursor({ at: last.issuedAt.toISOString(), id: last.id }) : null,
          total: await countCoupons(tx, query),
        };
      });
    },
  );
}

async function describe(
  tx: TenantTransaction,
  rows: readonly CouponRow[],
  sees: Sight,
): Promise<CouponReply[]> {
  const names = await nameStaff(
    tx,
    rows.map(({ redeemedBy }) => ({ staffId: redeemedBy })),
  );
  return rows.map(
    ({ code, offer: _offer, issuedAt, validUntil, redeemedAt, redeemedBy, ...row }) => ({
      ...showWhose(row, sees(row.issuedBranchId)),
      state: stateOf({ redeemedAt, validUntil }, tx.now),
      endOfCode: code.slice(-END_OF_CODE),
      issuedAt: issuedAt.toISOString(),
      validUntil: validUntil.toISOString(),
      redeemedAt: redeemedAt?.toISOString() ?? null,
      redeemedBy: (redeemedBy && names.get(redeemedBy)) ?? null,
    }),
  );
}

/** What staff do at a till. A code travels in a body: addresses end up in logs. */
export function registerTill(routes: Routes, { database }: Context): void {
  routes.post(
    "/api/v1/coupon-checks",
    {
      config: TILL,
      schema: {
        tags,
        summary: "Whether a till may take a coupon, without redeeming it",
        body: CheckBody,
        response: { 200: TillReply, ...refusals },
      },
    },
    async (request) => {
      const { branchId } = request.body;
      await database.readTenant(tenantOf(request), (tx) => requireBranch(tx, branchId));
      return await database.readTenant(tenantIdOf(request), (tx) => checkCoupon(tx, request.body));
    },
  );
  routes.post(
    "/api/v1/coupon-redemptions",
    {
      config: TILL,
      schema: {
        tags,
        summary: "Redeem a coupon, once",
        body: RedeemBody,
        response: { 200: TillReply, ...refusals },
      },
    },
    async (request) => {
      const { branchId } = request.body;
      const by = staffOf(request).staffId;
      await database.readTenant(tenantOf(request), (tx) => requireBranch(tx, branchId));
      // What another branch gave is redeemed here too, and what one customer was given at two branches
      // is used once: the till's branch was found within reach before.
      return await database.changeTenant(unboundTenantOf(request), (tx) =>
        redeemCoupon(tx, { ...request.body, by }),
      );
    },
  );
}
