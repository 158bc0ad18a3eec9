import type { RawBuilder } from "kysely";
import { Type } from "typebox";
import { Id } from "./shapes.ts";

// By what visits are told apart beside places and days, and with them what guests did on them.

export const list = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ maxLength, description }));

/** As addresses hold it. */
export const narrowing = {
  hours: list("Hours of the branch's clock in which visits began: 8,9,10", 80),
  weekdays: list("Days of the week: 1 is Monday, 7 is Sunday", 20),
  segmentId: Type.Optional({ ...Id, description: "Visits of those who are in the segment now" }),
  tagId: Type.Optional({ ...Id, description: "Visits of those who have the tag or group now" }),
  languages: list("Languages of customers: vi,en; `unknown` for those of whom it is not", 400),
  devices: list("Of the visits' devices, the addresses: given, made-up, unknown", 40),
  systems: list(
    "What the visits' devices run: ios, android, windows, macos, linux, chromeos, other, unknown",
    80,
  ),
  forms: list("What the visits' devices are: phone, tablet, computer, other, unknown", 60),
  methods: list("Ways in by which visits came: phone-code,returning,unknown", 400),
};
export type Narrowing = keyof typeof narrowing;
export type NarrowedBy = Readonly<Partial<Record<Narrowing, string>>>;

export const NARROWED_BY: readonly Narrowing[] = [
  ...(["hours", "weekdays", "segmentId", "tagId", "languages"] as const),
  ...(["devices", "systems", "forms", "methods"] as const),
];

/** By whose they are alone: what somebody has, whichever of their visits are meant. */
export const OF_CUSTOMERS: readonly Narrowing[] = ["segmentId", "tagId", "languages"];

/** What of a question it is narrowed by. */
export const pickNarrowing = (asked: NarrowedBy): NarrowedBy =>
  Object.fromEntries(
    NARROWED_BY.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])),
  );

/** What a guest did at a branch, as expressions of a statement. */
export type Fact = Readonly<{
  branchId: RawBuilder<unknown>;
  guestId: RawBuilder<unknown>;
  /** Its days and hours are those of the zone. */
  at: RawBuilder<unknown>;
  timeZone: RawBuilder<unknown>;
  /** When the guest was there, where that is another moment. */
  metAt?: RawBuilder<unknown>;
}>;
/** Which facts are meant. */
export type FactCondition = (fact: Fact) => RawBuilder<unknown>;
