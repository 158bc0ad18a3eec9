import { type Static, Type } from "typebox";
import { CodeWay } from "../code-answers.ts";
import { Id, Language, Phone, personalText } from "../personal.ts";

/** Who a code is for, and how they are reached: E.164, or an e-mail address. */
export const Contact = Type.Object({
  kind: Type.Union([Type.Literal("phone"), Type.Literal("email")]),
  value: personalText(254),
});
export type Contact = Static<typeof Contact>;

/** The longest life of a code: what is asked for later than that was not meant. */
export const CODE_SECONDS_MAX = 900;

/** A code that the cloud is asked to send. The code is personal: it is erased once it was read. */
export const CodeMessage = Type.Object({
  /** What an answer names: see CodeAnswer. */
  id: Id,
  code: Type.String({ pattern: "^[0-9]{6}$", personal: true }),
  /**
   * Of the code's life, when the box began to hand it over. Seconds and no moment, since the clocks
   * of a box and a cloud may be an hour apart.
   */
  secondsLeft: Type.Integer({ minimum: 1, maximum: CODE_SECONDS_MAX }),
  /** The portal's host where it is https: phones then fill the code in there alone. */
  host: Type.Union([Type.String({ maxLength: 253 }), Type.Null()]),
  /** By this alone, since its guest chose it. Absent: in the branch's order. */
  way: Type.Optional(CodeWay),
  /**
   * Only by e-mail: a page of the portal's with the code filled in. It holds the code, sealed, and
   * opens nowhere but where the guest's browser was.
   */
  link: Type.Optional(Type.String({ pattern: "^https?://", maxLength: 4000, personal: true })),
});
export type CodeMessage = Static<typeof CodeMessage>;

/** A guest asked for a one-time password: what the box did, or what the cloud is asked to do. */
export const codeRequested = Type.Object({
  codeId: Id,
  nasId: Id,
  contact: Contact,
  language: Language,
  /** The channel it was handed to, or `none` when every channel of the branch failed. */
  channel: Type.Union([
    Type.Literal("outbox"),
    Type.Literal("console"),
    Type.Literal("http-gateway"),
    Type.Literal("cloud"),
    Type.Literal("none"),
  ]),
  /** 1 for the first message of a code, then one more for each resend of the same code. */
  sending: Type.Integer({ minimum: 1 }),
  /** Only with `cloud`. Absent there: nobody waits for it any more. */
  message: Type.Optional(CodeMessage),
});

/** As boxes wrote it before a cloud could send. The code itself was never told. */
export const codeRequestedV1 = Type.Object({
  codeId: Id,
  nasId: Id,
  phone: Phone,
  language: Language,
  channel: Type.Union([
    Type.Literal("outbox"),
    Type.Literal("console"),
    Type.Literal("http-gateway"),
    Type.Literal("none"),
  ]),
  sending: Type.Integer({ minimum: 1 }),
});

/** A branch would send no more codes on this day: its budget is used up. Told once a day. */
export const codeBudgetReached = Type.Object({
  /** The day on the branch's calendar, YYYY-MM-DD. */
  day: Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
  messagesMax: Type.Integer({ minimum: 1 }),
});
