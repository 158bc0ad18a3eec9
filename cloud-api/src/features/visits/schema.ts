import { Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { Count, Id, oneOf, Time, whose } from "../../platform/shapes.ts";

const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description: "YYYY-MM-DD" });

export const OverviewQuery = Type.Object({ branchId: Type.Optional(Id) });

const counts = {
  visits: Count,
  newCustomers: Type.Integer({ description: "Customers whose first visit it was" }),
  returningCustomers: Type.Integer({
    description: "Customers who came, each counted once, and had come on an earlier day",
  }),
  anonymousVisits: Type.Integer({ description: "Visits of guests nobody knows" }),
};

export const OverviewReply = Type.Object({
  asOf: Time,
  hereNow: Type.Object({
    total: Count,
    branches: Type.Array(Type.Object({ branchId: Id, name: Type.String(), count: Count })),
  }),
  today: Type.Object(counts, { description: "Today by each branch's own clock" }),
  days: Type.Array(Type.Object({ day: Day, ...counts }), {
    description: "The last 30 days by each branch's own clock, oldest first",
  }),
});

const paging = {
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
};

export const VisitListQuery = Type.Object({
  branchId: Type.Optional(Id),
  branchIds: Type.Optional(
    Type.String({ maxLength: 20_000, description: "Ids of several, with commas between" }),
  ),
  brandId: Type.Optional(Id),
  branchKind: Type.Optional(oneOf(BRANCH_KINDS, "Of the branches that are such places now")),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  kind: Type.Optional(
    Type.Union([Type.Literal("new"), Type.Literal("returning"), Type.Literal("anonymous")], {
      description:
        "First visits, visits of customers who had come on an earlier day, or of guests nobody knows",
    }),
  ),
  open: Type.Optional(Type.Boolean({ description: "Only of people who are there right now" })),
  ...paging,
});

export const CustomerVisitsQuery = Type.Object(paging);
export const IdParams = Type.Object({ id: Id });

const VisitItem = Type.Object({
  id: Id,
  ...whose,
  customerPhone: Type.Union([Type.String(), Type.Null()]),
  number: Type.Union([Type.Integer(), Type.Null()], {
    description: "The customer's how-manieth visit, everywhere",
  }),
  numberAtBranch: Type.Union([Type.Integer(), Type.Null()]),
  branchId: Id,
  branchName: Type.Union([Type.String(), Type.Null()]),
  startedAt: Time,
  endedAt: Type.Union([Time, Type.Null()]),
  hereNow: Type.Boolean({
    description: "A session is going on. False with no end yet: gone, and may still come back",
  }),
  deviceId: Id,
  deviceMac: Type.Union([Type.String(), Type.Null()]),
  source: Type.Union([Type.Literal("wifi"), Type.Literal("passive")]),
  connectedSeconds: Count,
  uploadBytes: Count,
  downloadBytes: Count,
});

export const VisitListReply = Type.Object({
  visits: Type.Array(VisitItem, { description: "The newest first" }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Count,
});

const MaybeId = Type.Union([Id, Type.Null()]);
const MaybeText = Type.Union([Type.String(), Type.Null()]);

const period = {
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  deviceId: Type.Optional(Id),
};

export const UseQuery = Type.Object(period, {
  description: "Sessions that began on these days by their branch's own clock, both included",
});

export const UseSessionsQuery = Type.Object({
  ...period,
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});

const usage = {
  connectedSeconds: Type.Integer({
    minimum: 0,
    description: "As the access controller counted, last told; else from start to end",
  }),
  uploadBytes: Type.Integer({ minimum: 0, description: "From the guest to the network" }),
  downloadBytes: Type.Integer({ minimum: 0, description: "From the network to the guest" }),
};

const device = {
  deviceMac: MaybeText,
  randomised: Type.Boolean({ description: "The device has made its address up" }),
};

const UseSession = Type.Object({
  id: Id,
  visitId: Id,
  startedAt: Time,
  endedAt: Type.Union([Time, Type.Null()]),
  isOpen: Type.Boolean({
    description: "It goes on. False without an end: its box has not been heard of for a day",
  }),
  branchId: Id,
  branchName: MaybeText,
  nasId: MaybeId,
  nasName: Type.Union([Type.String(), Type.Null()], {
    description: "Null: not told, or not in the branch's settings any more",
  }),
  deviceId: Id,
  ...device,
  ...usage,
  cause: Type.Union([Type.String(), Type.Null()], {
    description: "Acct-Terminate-Cause in words (RFC 2866 §5.10), or why the box ended it",
  }),
  policyId: MaybeId,
  policyName: Type.Union([Type.String(), Type.Null()], {
    description: "Null: not told, or not in the branch's settings any more",
  }),
});

export const UseSessionsReply = Type.Object({
  sessions: Type.Array(UseSession, { description: "The newest first" }),
  nextCursor: MaybeText,
  total: Count,
});

const UseOfDevice = Type.Object({
  deviceId: Id,
  ...device,
  sessions: Count,
  lastStartedAt: Time,
  ...usage,
});

export const UseReply = Type.Object({
  sessions: Count,
  ...usage,
  devices: Type.Array(UseOfDevice, { description: "The one used last first" }),
});

export const AccessPointsReply = Type.Object({
  accessPoints: Type.Array(
    Type.Object({
      nasId: Id,
      lastGuestAt: Time,
      guestsOnline: Type.Integer({ minimum: 0, description: "Sessions that go on right now" }),
    }),
    { description: "Those that a guest ever came online through" },
  ),
  nextCursor: Type.Null(),
  total: Count,
});
