import type { ConsentPurpose } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time } from "../../platform/shapes.ts";
import {
  begun,
  Day,
  MaybeId,
  MaybeText,
  opens,
  opensSessions,
  opensVisits,
} from "./question-schema.ts";

// Guests at once, what they agree to, and what they use the Wi-Fi by and through.

const Hour = Type.Integer({ minimum: 0, maximum: 23 });
const peak = {
  peak: Type.Integer({ minimum: 0, description: "Most visits that were there at one moment" }),
  day: Type.Union([Day, Type.Null()], { description: "The first day on which they were" }),
  at: Type.Union([Time, Type.Null()], { description: "The first moment of it" }),
  opens: Type.Union([opensVisits, Type.Null()], { description: "Null: nobody was there" }),
};

export const CrowdReply = Type.Object({
  ...begun,
  hours: Type.Array(
    Type.Object({
      hour: Hour,
      ...peak,
      branchId: { ...MaybeId, description: "The branch where it was; null: nobody was there" },
      branchName: MaybeText,
    }),
    { description: "The fullest that one branch was in each hour of the day" },
  ),
  rows: Type.Array(
    Type.Object({
      ...{ branchId: Id, name: Type.String(), ...peak },
      hour: Type.Union([Hour, Type.Null()]),
    }),
  ),
});
export type CrowdReply = Static<typeof CrowdReply>;

export const PURPOSES: readonly ConsentPurpose[] = [
  ...(["terms", "marketing", "profiling", "presence", "ads"] as const),
];
const answers = {
  given: Type.Integer({ minimum: 0, description: "Customers whose last word is yes" }),
  withdrawn: Type.Integer({ minimum: 0, description: "Whose last word is no" }),
  unasked: Type.Integer({ minimum: 0, description: "Who have said nothing of it" }),
};
export const ConsentsReply = Type.Object({
  ...begun,
  customers: Type.Integer({ minimum: 0, description: "Who came: each row comes to them" }),
  rows: Type.Array(
    Type.Object({
      purpose: oneOf(PURPOSES, "What somebody may agree to"),
      ...answers,
      opens: Type.Object({ given: opens, withdrawn: opens, unasked: opens }),
    }),
  ),
});
export type ConsentsReply = Static<typeof ConsentsReply>;

const use = {
  sessions: Type.Integer({
    ...{ minimum: 0, description: "Of visits that began in the period, as long as they are kept" },
  }),
  customers: Count,
  connectedSeconds: Count,
  uploadBytes: Count,
  downloadBytes: Count,
};
const opensUse = { sessions: opensSessions, customers: opens };
const opensPolicy = Type.Object({ ...opensUse, timedOut: opensSessions });
const place = { branchId: Id, branchName: MaybeText, id: MaybeId, name: MaybeText };

export const PoliciesReply = Type.Object({
  ...begun,
  rows: Type.Array(
    Type.Object({
      ...place,
      ...use,
      timedOut: Type.Integer({ minimum: 0, description: "Sessions that a time limit ended" }),
      opens: opensPolicy,
    }),
    { description: "By access policy; id null: not told. The most sessions first" },
  ),
  total: Type.Object({ ...use, timedOut: Count, opens: opensPolicy }),
});
export type PoliciesReply = Static<typeof PoliciesReply>;

const health = {
  going: Type.Integer({ minimum: 0, description: "Sessions that are not over" }),
  lost: Type.Integer({
    ...{ minimum: 0, description: "Ended by a lost link, by a fault or a restart of the network" },
  }),
  short: Type.Integer({ minimum: 0, description: "Over within a minute" }),
  refused: Type.Union([Count, Type.Null()], {
    description:
      "Log-ins that RADIUS refused, as boxes count them, but for the usual reasons (unknown-device, page-due); null: narrowed by guests, devices or ways in, for of a refusal no guest is told",
  }),
};
const opensHealth = Type.Object({
  ...{ ...opensUse, going: opensSessions, lost: opensSessions, short: opensSessions },
});
export const AccessPointsReply = Type.Object({
  ...begun,
  rows: Type.Array(
    Type.Object({
      ...place,
      ...use,
      ...health,
      refusals: Type.Array(Type.Object({ reason: Type.String(), count: Count }), {
        description: "Why, the usual reasons as well, the most frequent first",
      }),
      lastStartedAt: Type.Union([Time, Type.Null()]),
      opens: opensHealth,
    }),
    { description: "By access controller; id null: not told. The most sessions first" },
  ),
  total: Type.Object({ ...use, ...health, opens: opensHealth }),
});
export type AccessPointsReply = Static<typeof AccessPointsReply>;
