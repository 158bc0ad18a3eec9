import {
  type BranchStore,
  countCodeMessages,
  createCode,
  findPendingCode,
  findPendingCodeByDevice,
  findPendingCodeByPhone,
  noteCodeMessage,
  type PendingCode,
  type Transaction,
} from "@foyer/branch-store";
import type { BranchSettings, Language } from "@foyer/contract";
import { translatorOf } from "../../language.ts";
import type { AcceptedTerms } from "../../page-context.ts";
import { codeOf, makeCodeSecret } from "./code.ts";
import {
  findBrokenLimit,
  hasTriesLeft,
  LIMIT_WINDOW_SECONDS,
  type MessageLimit,
  planResend,
} from "./rules.ts";
import type { Messenger } from "./send.ts";

/** Under which name a device's codes are kept: see codeKeyOf. */
export type CodeKey = { nasId: string; mac: string };

export type CodeRequest = {
  settings: BranchSettings;
  key: CodeKey;
  /** Where a device is that was not proved: it may call itself by any MAC. Null: not told apart. */
  claimedAt: string | null;
  phone: string;
  language: Language;
  terms: AcceptedTerms | null;
};

export type Requested =
  /** The code waits for its guest; `sent` tells whether a message went out for this request. */
  | { kind: "code"; code: PendingCode; sent: boolean }
  /** No channel took the message. */
  | { kind: "unsent"; code: PendingCode }
  | { kind: "limited"; limit: MessageLimit }
  | { kind: "wait"; code: PendingCode; seconds: number }
  | { kind: "never"; code: PendingCode };

export type CodeDesk = {
  /** A guest gives a number: the code that waits for it, or a new one with a message. */
  request(request: CodeRequest): Promise<Requested>;
  /** A guest asks for another message: the same code, with the same tries and the same end. */
  resend(request: CodeRequest, codeId: string): Promise<Requested>;
};

/** One per process: it knows which messages are just on their way, as the store cannot. */
export function openCodeDesk(store: BranchStore, messenger: Messenger): CodeDesk {
  const onTheirWay = new Map<string, { code: PendingCode; result: Promise<Requested> }>();

  const countMessages = (tx: Transaction, { key, claimedAt: address, phone }: CodeRequest) => {
    const since = new Date(tx.now.getTime() - LIMIT_WINDOW_SECONDS * 1000);
    const moving = [...onTheirWay.values()].map((each) => each.code);
    return {
      ofPhone:
        countCodeMessages(tx, { phone, since }) + moving.filter((c) => c.phone === phone).length,
      ofDevice:
        address === null
          ? countCodeMessages(tx, { mac: key.mac, since }) +
            moving.filter((c) => c.mac === key.mac).length
          : countCodeMessages(tx, { address, since }) +
            moving.filter((c) => c.mac.endsWith(`@${address}`)).length,
      ofBranch: countCodeMessages(tx, { since }) + moving.length,
    };
  };

  const send = (request: CodeRequest, code: PendingCode): Promise<Requested> => {
    const already = onTheirWay.get(code.id);
    if (already) return already.result;
    const result = deliver(store, messenger, request, code).finally(() =>
      onTheirWay.delete(code.id),
    );
    onTheirWay.set(code.id, { code, result });
    return result;
  };

  const limitOf = (tx: Transaction, request: CodeRequest) =>
    findBrokenLimit(request.settings.signIn.phone, countMessages(tx, request));

  return {
    async request(request) {
      const phoneSettings = request.settings.signIn.phone;
      const plan = store.transaction((tx) => {
        const waiting = findWaiting(tx, request);
        if (waiting && hasTriesLeft(waiting, phoneSettings))
          if (waiting.deliveries > 0) return { kind: "code", code: waiting, sent: false } as const;
        const reused = waiting && hasTriesLeft(waiting, phoneSettings) ? waiting : null;
        if (reused && onTheirWay.has(reused.id)) return { kind: "send", code: reused } as const;
        const limit = limitOf(tx, request);
        if (limit) return { kind: "limited", limit } as const;
        return { kind: "send", code: reused ?? create(tx, request) } as const;
      });
      return plan.kind === "send" ? send(request, plan.code) : plan;
    },
    async resend(request, codeId) {
      const phoneSettings = request.settings.signIn.phone;
      const plan = store.transaction((tx) => {
        const code = findPendingCode(tx, codeId);
        if (!code || !hasTriesLeft(code, phoneSettings)) return { kind: "renew" } as const;
        if (onTheirWay.has(code.id)) return { kind: "send", code } as const;
        const resend = planResend(code, phoneSettings, tx.now);
        if (resend.kind === "wait") return { ...resend, code };
        if (resend.kind === "never") return { ...resend, code };
        const limit = limitOf(tx, request);
        return limit ? ({ kind: "limited", limit } as const) : ({ kind: "send", code } as const);
      });
      if (plan.kind === "renew") return this.request(request);
      return plan.kind === "send" ? send(request, plan.code) : plan;
    },
  };
}

/** The code that waits for this number on this device, even when it has moved to another NAS. */
function findWaiting(tx: Transaction, { key, phone }: CodeRequest): PendingCode | null {
  const byDevice = findPendingCodeByDevice(tx, key);
  if (byDevice?.phone === phone) return byDevice;
  const byPhone = findPendingCodeByPhone(tx, phone);
  return byPhone?.mac === key.mac ? byPhone : null;
}

function create(tx: Transaction, { settings, key, phone, language, terms }: CodeRequest) {
  const { codeSeconds } = settings.signIn.phone;
  const secret = makeCodeSecret();
  return createCode(tx, { ...key, phone, language, secret, codeSeconds, terms });
}

async function deliver(
  store: BranchStore,
  messenger: Messenger,
  { settings, language }: CodeRequest,
  waiting: PendingCode,
): Promise<Requested> {
  const { channels, codeSeconds } = settings.signIn.phone;
  const code = codeOf(waiting.secret);
  const text = translatorOf(language)("message.code", {
    code,
    branch: settings.branch.name,
    minutes: Math.round(codeSeconds / 60),
  });
  const message = { phone: waiting.phone, text, code };
  const { taken, unanswered } = await messenger(channels, message, waiting.id);
  // What may have gone out counts against the limits, and its code may be typed.
  const channel = taken ?? unanswered ?? "none";
  const noted = store.transaction((tx) => noteCodeMessage(tx, { codeId: waiting.id, channel }));
  return taken === null
    ? { kind: "unsent", code: noted }
    : { kind: "code", code: noted, sent: true };
}
