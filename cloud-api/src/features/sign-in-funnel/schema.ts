import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { narrowing } from "../../platform/narrowing.ts";
import { Id, oneOf } from "../../platform/shapes.ts";

const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" });
const count = (description: string) => Type.Integer({ minimum: 0, description });

export const FunnelQuery = Type.Object({
  from: { ...Day, description: "The first day by each branch's own clock" },
  to: { ...Day, description: "The last day" },
  brandId: Type.Optional(Id),
  branchIds: Type.Optional(
    Type.String({
      maxLength: 20_000,
      description: "Ids with commas between; absent: all branches in reach",
    }),
  ),
  branchKind: Type.Optional(oneOf(BRANCH_KINDS, "Of the branches that are such places now")),
  ...narrowing,
});
export type FunnelQuery = Static<typeof FunnelQuery>;

export const SignInCounts = Type.Object({
  seen: count("Devices the portal saw: probes of their system, or a browser that was led there"),
  page: count("Browsers that were shown the page to sign in"),
  asked: count("Asked for a code"),
  right: count("Typed the right code"),
  onlineByCode: count("Online after the right code"),
  onlineWithoutCode: count("Online without one: known again, by access code, room or one tap"),
  changedWay: count("Of these: those who had asked for a code"),
});

const Counted = Type.Object({
  period: Type.Object({ from: Day, to: Day }),
  counts: SignInCounts,
});

export const FunnelReply = Type.Object({
  asOf: Type.String({ format: "date-time" }),
  now: Counted,
  before: Counted,
  lastYear: Counted,
});
export type FunnelReply = Static<typeof FunnelReply>;
