import { type Static, Type } from "typebox";
import { ALL_KINDS, type Kind } from "./rules.ts";

const KindSchema = Type.Unsafe<Kind>(Type.String({ enum: [...ALL_KINDS] }));
const Days = Type.Integer({ minimum: 1, maximum: 36_500 });
const LawDays = Type.Union([Days, Type.Null()]);

const rule = {
  kind: KindSchema,
  days: Days,
  lawDaysMin: LawDays,
  lawDaysMax: LawDays,
  lawNote: Type.Union([Type.String({ maxLength: 500 }), Type.Null()]),
};

export const RulesBody = Type.Object({
  rules: Type.Array(Type.Object(rule), { minItems: 1, maxItems: ALL_KINDS.length }),
});
export type RulesBody = Static<typeof RulesBody>;

export const BranchDaysBody = Type.Object({
  days: Type.Array(Type.Object({ kind: KindSchema, days: Days }), { maxItems: ALL_KINDS.length }),
});
export type BranchDaysBody = Static<typeof BranchDaysBody>;

const Counts = Type.Record(Type.String(), Type.Integer());

export const RetentionReply = Type.Object({
  rules: Type.Array(
    Type.Object({
      ...rule,
      standard: Days,
      min: Days,
      max: Days,
      isOnBoxes: Type.Boolean({
        description: "Kept on boxes as well, each branch for its own days",
      }),
    }),
  ),
  branches: Type.Array(
    Type.Object({
      branchId: Type.String(),
      name: Type.String(),
      days: Type.Array(Type.Object({ kind: KindSchema, days: Days })),
    }),
  ),
  purges: Type.Array(
    Type.Object({
      id: Type.String(),
      branchId: Type.Union([Type.String(), Type.Null()]),
      branchName: Type.Union([Type.String(), Type.Null()]),
      boxId: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
      outcome: Type.Union([
        Type.Literal("done"),
        Type.Literal("unfinished"),
        Type.Literal("put-off"),
      ]),
      days: Counts,
      removed: Counts,
    }),
  ),
});
export type RetentionReply = Static<typeof RetentionReply>;

export const BranchParams = Type.Object({ branchId: Type.String({ format: "uuid" }) });
