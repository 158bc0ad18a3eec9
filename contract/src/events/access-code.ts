import { Type } from "typebox";
import { Id, Timestamp } from "../personal.ts";

/** A device went online by an access code for the first time. The code itself is never told. */
export const accessCodeUsed = Type.Object({
  codeId: Id,
  guestId: Id,
  deviceId: Id,
  nasId: Id,
  /** When this device's minutes are over. */
  endsAt: Timestamp,
  /** Which of the code's devices it is, counting from 1. */
  deviceNumber: Type.Integer({ minimum: 1 }),
});
