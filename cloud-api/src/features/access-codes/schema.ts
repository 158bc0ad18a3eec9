import { type Static, Type } from "typebox";
import { Count, day, Id, Time } from "../../platform/shapes.ts";
import { BATCH_CODES_MAX, DEVICES_MAX, MINUTES_MAX } from "./rules.ts";

const NullableTime = (description: string) => Type.Union([Time, Type.Null()], { description });

export const BatchListQuery = Type.Object({ branchId: Type.Optional(Id) });
export const BatchParams = Type.Object({ id: Id });

export const NewBatchBody = Type.Object({
  branchId: Id,
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
  count: Type.Integer({ minimum: 1, maximum: BATCH_CODES_MAX }),
  devicesMax: Type.Integer({ minimum: 1, maximum: DEVICES_MAX, description: "By each code" }),
  minutes: Type.Integer({
    minimum: 1,
    maximum: MINUTES_MAX,
    description: "Of each device, from its first use",
  }),
  firstDay: Type.Optional(
    Type.Union([day("YYYY-MM-DD"), Type.Null()], {
      description: "The first day the codes work on, on the branch's clock; null: at once",
    }),
  ),
  policyId: Type.Optional(
    Type.Union([Id, Type.Null()], {
      description: "The branch's access policy for the guests; null: the first that fits",
    }),
  ),
  lastDay: Type.Union([day("YYYY-MM-DD"), Type.Null()], {
    description: "The last day the codes work on, on the branch's clock; null: no end",
  }),
});
export type NewBatchBody = Static<typeof NewBatchBody>;

const batch = {
  id: Id,
  branchId: Id,
  branchName: Type.String(),
  name: Type.String(),
  count: Count,
  devicesMax: Count,
  minutes: Count,
  validFrom: NullableTime("The codes work from then on; null: at once"),
  validUntil: NullableTime("From then on the codes are over"),
  policyId: Type.Union([Id, Type.Null()]),
  createdAt: Time,
  archivedAt: NullableTime("Since then no box takes the codes"),
  usedCodes: Type.Integer({ description: "Codes that at least one device came in by" }),
  usedDevices: Type.Integer({ description: "Devices that came in by one of the codes" }),
};
export const BatchReply = Type.Object(batch);
export type BatchReply = Static<typeof BatchReply>;

export const BatchListReply = Type.Object({
  batches: Type.Array(BatchReply, { description: "The newest first" }),
  nextCursor: Type.Null(),
  total: Count,
});
export type BatchListReply = Static<typeof BatchListReply>;

export const BatchCodesReply = Type.Object({
  ...batch,
  brandName: Type.String(),
  portalUrl: Type.Union([Type.String(), Type.Null()], {
    description: "What guests' browsers call the branch's portal; null where nobody knows",
  }),
  codes: Type.Array(
    Type.Object({
      id: Id,
      code: Type.String({ description: "Without the dash it is printed with" }),
      devices: Type.Integer({ description: "That came in by it" }),
    }),
  ),
});
export type BatchCodesReply = Static<typeof BatchCodesReply>;
