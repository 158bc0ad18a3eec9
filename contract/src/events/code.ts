import { Type } from "typebox";
import { Id, Language, Phone } from "../personal.ts";

/** A guest asked for a one-time password. The code itself is never told to the cloud. */
export const codeRequested = Type.Object({
  codeId: Id,
  nasId: Id,
  phone: Phone,
  language: Language,
  /** The channel it was handed to, or `none` when every channel of the branch failed. */
  channel: Type.Union([
    Type.Literal("outbox"),
    Type.Literal("console"),
    Type.Literal("http-gateway"),
    Type.Literal("none"),
  ]),
  /** 1 for the first message of a code, then one more for each resend of the same code. */
  sending: Type.Integer({ minimum: 1 }),
});
