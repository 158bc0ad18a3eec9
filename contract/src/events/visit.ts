import { type Static, Type } from "typebox";
import { Id, Timestamp } from "../personal.ts";

export const VisitSource = Type.Union([Type.Literal("wifi"), Type.Literal("passive")]);
export type VisitSource = Static<typeof VisitSource>;

/** An arrival. `guestId` is null while nobody on the box knows whose device it is. */
export const visitStarted = Type.Object({
  visitId: Id,
  deviceId: Id,
  guestId: Type.Union([Id, Type.Null()]),
  source: VisitSource,
  startedAt: Timestamp,
});

/** A leaving: sent once the branch's gap has passed since the last session of the visit. */
export const visitEnded = Type.Object({
  visitId: Id,
  deviceId: Id,
  guestId: Type.Union([Id, Type.Null()]),
  startedAt: Timestamp,
  endedAt: Timestamp,
  sessions: Type.Integer({ minimum: 0 }),
  connectedSeconds: Type.Integer({ minimum: 0 }),
  uploadBytes: Type.Integer({ minimum: 0 }),
  downloadBytes: Type.Integer({ minimum: 0 }),
});
