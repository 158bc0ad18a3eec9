import {
  type BranchStore,
  countCodeMessages,
  createCode,
  findCode,
  findLastSentCode,
  findPendingCode,
  findPendingCodeByDevice,
  findPendingCodeByPhone,
  noteCodeAsked,
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
  type MessageCount,
  type MessageCounts,
  type MessageLimit,
  planResend,
  secondsToWait,
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
  /** `code` waits for its guest all the same. `isByOthers`: this device has had no message for it. */
  | { kind: "limited"; limit: MessageLimit; code: PendingCode | null; isByOthers: boolean }
  /** Too soon after the last attempt. `isOver`: there is no field for that code any more. */
  | { kind: "wait"; code: PendingCode; seconds: number; isOver: boolean }
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

  const listMoving = () => [...onTheirWay.values()].map((each) => each.code);

  const send = (request: CodeRequest, code: PendingCode): Promise<Requested> => {
    const already = onTheirWay.get(code.id);
    if (already) return already.result;
    const result = deliver(store, messenger, request, code).finally(() =>
      onTheirWay.delete(code.id),
    );
    onTheirWay.set(code.id, { code, result });
    return result;
  };

  return {
    async request(request) {
      const plan = store.transaction((tx) => {
        const waiting = findWaiting(tx, request);
        const isOpen = waiting !== null && hasTriesLeft(waiting, request.settings.signIn.phone);
        if (!isOpen) return planSending(tx, request, { moving: listMoving(), reused: null });
        noteCodeAsked(tx, waiting.id);
        if (waiting.deliveries > 0) return { kind: "code", code: waiting, sent: false } as const;
        if (onTheirWay.has(waiting.id)) return { kind: "send", code: waiting } as const;
        return planSending(tx, request, { moving: listMoving(), reused: waiting });
      });
      return plan.kind === "send" ? send(request, plan.code) : plan;
    },
    async resend(request, codeId) {
      const phoneSettings = request.settings.signIn.phone;
      const plan = store.transaction((tx) => {
        const code = findPendingCode(tx, codeId);
        if (!code || !hasTriesLeft(code, phoneSettings))
          return { kind: "renew", terms: findTermsOf(tx, request, codeId) } as const;
        if (onTheirWay.has(code.id)) return { kind: "send", code } as const;
        const resend = planResend(code, phoneSettings, tx.now);
        if (resend.kind === "wait") return { ...resend, code, isOver: false };
        if (resend.kind === "never") return { ...resend, code };
        const open = code.deliveries > 0 ? code : null;
        const limited = findLimit(tx, request, { moving: listMoving(), code: open });
        return limited ?? ({ kind: "send", code } as const);
      });
      if (plan.kind === "renew") return this.request({ ...request, terms: plan.terms });
      return plan.kind === "send" ? send(request, plan.code) : plan;
    },
  };
}

/** Messages of the last hour, noted or just on their way (`moving`). */
function countMessages(
  tx: Transaction,
  { key, claimedAt: address, phone }: CodeRequest,
  moving: readonly PendingCode[],
): MessageCounts {
  const since = new Date(tx.now.getTime() - LIMIT_WINDOW_SECONDS * 1000);
  const count = (
    of: { phone?: string; mac?: string; address?: string },
    isOf: (code: PendingCode) => boolean,
  ): MessageCount => {
    const noted = countCodeMessages(tx, { ...of, since });
    const more = moving.filter(isOf).length;
    return { taken: noted.taken + more, attempts: noted.attempts + more };
  };
  return {
    ofPhone: count({ phone }, (code) => code.phone === phone),
    ofDevice:
      address === null
        ? count({ mac: key.mac }, (code) => code.mac === key.mac)
        : count({ address }, (code) => code.mac.endsWith(`@${address}`)),
    ofBranch: count({}, () => true),
  };
}

function findLimit(
  tx: Transaction,
  request: CodeRequest,
  { moving, code }: { moving: readonly PendingCode[]; code: PendingCode | null },
) {
  const counts = countMessages(tx, request, moving);
  const limit = findBrokenLimit(request.settings.signIn.phone, counts);
  const isByOthers = limit !== "device" && counts.ofDevice.attempts === 0;
  return limit && ({ kind: "limited", limit, code, isByOthers } as const);
}

/** A code's first message, or another one: at a distance from the last, and within the limits. */
function planSending(
  tx: Transaction,
  request: CodeRequest,
  { moving, reused }: { moving: readonly PendingCode[]; reused: PendingCode | null },
) {
  const { key, phone, settings } = request;
  const last = reused ?? findLastSentCode(tx, { phone, mac: key.mac });
  const seconds = last ? secondsToWait(last, settings.signIn.phone, tx.now) : 0;
  if (last && seconds > 0)
    return { kind: "wait", code: last, seconds, isOver: reused === null } as const;
  const limited = findLimit(tx, request, { moving, code: null });
  return limited ?? ({ kind: "send", code: reused ?? create(tx, request) } as const);
}

/** What the guest ticked for the code that is renewed: the page may have lost it meanwhile. */
function findTermsOf(tx: Transaction, request: CodeRequest, codeId: string): AcceptedTerms | null {
  const old = findCode(tx, codeId);
  return request.terms ?? (old?.phone === request.phone ? old.terms : null);
}

/** The code that waits for this number on this device, even when it has moved to another NAS. */
function findWaiting(tx: Transaction, { key, phone }: CodeRequest): PendingCode | null {
  const byDevice = findPendingCodeByDevice(tx, key);
  if (byDevice?.phone === phone) return byDevice;
  return findPendingCodeByPhone(tx, { phone, mac: key.mac });
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
