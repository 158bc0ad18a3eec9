import { Type } from "typebox";
import { Id } from "../personal.ts";

const Octets = Type.Integer({ minimum: 0 });

/** Cumulative from the session's start, as RADIUS accounting counts (RFC 2869 §2.1). */
const usage = {
  connectedSeconds: Type.Integer({ minimum: 0 }),
  /** From the guest to the network. */
  uploadBytes: Octets,
  /** From the network to the guest. */
  downloadBytes: Octets,
};

/** What the session was granted by; null or absent where the box cannot say. */
const policyId = Type.Optional(Type.Union([Id, Type.Null()]));

export const sessionStarted = Type.Object({
  sessionId: Id,
  deviceId: Id,
  guestId: Type.Union([Id, Type.Null()]),
  visitId: Id,
  nasId: Id,
  policyId,
});

export const sessionUpdated = Type.Object({ sessionId: Id, visitId: Id, policyId, ...usage });

export const sessionEnded = Type.Object({
  sessionId: Id,
  visitId: Id,
  startedAt: Type.String({ format: "date-time" }),
  endedAt: Type.String({ format: "date-time" }),
  /** The NAS's Acct-Terminate-Cause in words (RFC 2866 §5.10), or why the box ended it itself. */
  cause: Type.String({ maxLength: 64 }),
  policyId,
  ...usage,
});
