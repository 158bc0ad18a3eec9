import type { SenderKind } from "../rules.ts";
import type { Adapter } from "./adapter.ts";
import { sendByEsms } from "./esms.ts";
import { sendByHttpGateway } from "./http-gateway.ts";
import { sendBySmpp } from "./smpp.ts";
import { sendBySmtp } from "./smtp.ts";
import { sendBySpeedsms } from "./speedsms.ts";
import { sendByTwilio } from "./twilio.ts";
import { sendByZalo } from "./zalo.ts";

/** One file a provider behind one small type; `conformance.test.ts` is what all of them pass. */
export const ADAPTERS: Readonly<Record<SenderKind, Adapter>> = {
  "http-gateway": sendByHttpGateway,
  smtp: sendBySmtp,
  smpp: sendBySmpp,
  esms: sendByEsms,
  speedsms: sendBySpeedsms,
  twilio: sendByTwilio,
  zalo: sendByZalo,
};
