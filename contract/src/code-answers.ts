import { type Static, Type } from "typebox";
import { Id } from "./personal.ts";

/** What a guest would call the way a code comes. */
export const CodeWay = Type.Union([
  Type.Literal("zalo"),
  Type.Literal("sms"),
  Type.Literal("email"),
]);
export type CodeWay = Static<typeof CodeWay>;

/** Why no message goes out, as far as a guest has use for it. */
export const CodeFailure = Type.Union([
  /** This number or address cannot be reached, or does not want to be. */
  Type.Literal("recipient"),
  /** The branch has sent all it may today. */
  Type.Literal("budget"),
  /** The code's life was over before anybody could send it. */
  Type.Literal("expired"),
  /** Whatever staff have to see to: it is shown to them in the cloud. */
  Type.Literal("sender"),
]);
export type CodeFailure = Static<typeof CodeFailure>;

/** What becomes of a code the cloud was asked to send; the newest position is what counts. */
export const CodeAnswer = Type.Object({
  /** CodeMessage.id. */
  messageId: Id,
  /** Rises with each answer to a box: what the box asks from next time. */
  position: Type.Integer({ minimum: 1 }),
  state: Type.Union([
    /** On its way by `by`. */
    Type.Literal("sending"),
    /** The provider took it. */
    Type.Literal("sent"),
    /** Handed over, and nobody confirmed it: it may come, and is not sent again by itself. */
    Type.Literal("unknown"),
    /** Surely not sent, by nobody. */
    Type.Literal("failed"),
  ]),
  by: Type.Union([CodeWay, Type.Null()]),
  failure: Type.Union([CodeFailure, Type.Null()]),
});
export type CodeAnswer = Static<typeof CodeAnswer>;
