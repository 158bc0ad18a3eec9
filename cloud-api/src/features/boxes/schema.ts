import { BoxReport, WeeklyHours } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

const Moment = Type.Union([Type.String(), Type.Null()]);

export const SILENT_MINUTES_MIN = 5;
export const SILENT_MINUTES_MAX = 1440;
export const OPENING_HOURS_MAX = 14;

/** What is to be done about a box, the most urgent first. */
export const Trouble = Type.Union([
  Type.Object({
    kind: Type.Literal("silent"),
    openMinutes: Type.Integer({ description: "Without a word while the branch was open" }),
  }),
  Type.Object({ kind: Type.Literal("outbox-full") }),
  Type.Object({ kind: Type.Literal("outbox-filling"), days: Type.Number() }),
  Type.Object({ kind: Type.Literal("backlog"), minutes: Type.Integer() }),
  Type.Object({ kind: Type.Literal("disk-low"), freeBytes: Type.Integer() }),
  Type.Object({ kind: Type.Literal("clock-off"), seconds: Type.Number() }),
  Type.Object({ kind: Type.Literal("settings-refused") }),
  Type.Object({ kind: Type.Literal("store-fails") }),
]);
export type Trouble = Static<typeof Trouble>;

export const SeenBox = Type.Object({
  id: Type.String(),
  name: Type.String(),
  branchId: Type.String(),
  branchName: Type.String(),
  timeZone: Type.String(),
  lastHeardAt: Moment,
  settings: Type.Object({
    held: Type.Integer({ description: "In force on the box; 0 before the first" }),
    newest: Type.Integer(),
    fault: Type.Union([Type.String(), Type.Null()]),
  }),
  reportedAt: Moment,
  report: Type.Union([BoxReport, Type.Null()], {
    description: "Null: it has not told yet, or is of a release that does not",
  }),
  clockOffsetSeconds: Type.Union([Type.Number(), Type.Null()], {
    description: "What the box's time was ahead of the cloud's when it told",
  }),
  troubles: Type.Array(Trouble),
});
export type SeenBox = Static<typeof SeenBox>;

export const SeenBoxesReply = Type.Object({
  boxes: Type.Array(SeenBox),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

export const BoxParams = Type.Object({ boxId: Id });
export const BranchParams = Type.Object({ id: Id });

export const Watch = Type.Object({
  silentMinutes: Type.Union([
    Type.Integer({ minimum: SILENT_MINUTES_MIN, maximum: SILENT_MINUTES_MAX }),
    Type.Null(),
  ]),
  openingHours: Type.Array(WeeklyHours, {
    maxItems: OPENING_HOURS_MAX,
    description: "On the branch's clock; none: always open",
  }),
});
export type Watch = Static<typeof Watch>;
/** What is not named stays. */
export const WatchChange = Type.Partial(Watch);

export const SilenceMailsBody = Type.Object({ isOn: Type.Boolean() });
export const SilenceMailsReply = Type.Object({
  isOn: Type.Boolean(),
  sendsMail: Type.Boolean({ description: "Whether whoever runs this cloud gave it a mail server" }),
  last: Type.Union([
    Type.Object({
      createdAt: Type.String(),
      state: Type.Union([
        Type.Literal("sending"),
        Type.Literal("waiting"),
        Type.Literal("sent"),
        Type.Literal("refused"),
        Type.Literal("unknown"),
      ]),
      detail: Type.Union([Type.String(), Type.Null()], {
        description: "The mail server's own code, where it did not take the mail",
      }),
    }),
    Type.Null(),
  ]),
});
export type SilenceMails = Static<typeof SilenceMailsReply>;

export const AlertsReply = Type.Object({
  alerts: Type.Array(
    Type.Object({
      branchId: Type.String(),
      branchName: Type.String(),
      timeZone: Type.String(),
      boxId: Type.String(),
      boxName: Type.String(),
      lastHeardAt: Moment,
      openMinutes: Type.Integer(),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
