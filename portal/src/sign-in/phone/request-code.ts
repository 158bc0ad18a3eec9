import { startOfDay } from "@foyer/admission";
import {
  askForGuest,
  countCodeMessages,
  createCode,
  findCode,
  findLastSentCode,
  findPendingCode,
  findPendingCodeByContact,
  findPendingCodeByDevice,
  noteBudgetReached,
  noteCodeAsked,
  type PendingCode,
  type Transaction,
} from "@foyer/branch-store";
import type { BranchSettings, CodeWay, Contact, Language } from "@foyer/contract";
import type { AcceptedTerms } from "../../page-context.ts";
import { makeCodeSecret } from "./code.ts";
import type { DeliveryOptions } from "./deliver.ts";
import { isWithCloud, type OnItsWay, openOnTheirWay } from "./on-their-way.ts";
import {
  findBrokenLimit,
  hasTriesLeft,
  isByOthers,
  LIMIT_WINDOW_SECONDS,
  type MessageCount,
  type MessageCounts,
  type MessageLimit,
  planResend,
  prefixOf,
  secondsToWait,
} from "./rules.ts";

/** Under which name a device's codes are kept: see codeKeyOf. */
export type CodeKey = { nasId: string; mac: string };

export type CodeRequest = {
  settings: BranchSettings;
  key: CodeKey;
  /** What tells a device apart that was not proved, since it may call itself by any MAC: see placeOf. Null: nothing. */
  claimedAt: string | null;
  /** As what limits count the browser, be its device proved or not: see limitedAs. Null: not told apart. */
  source: string | null;
  contact: Contact;
  language: Language;
  terms: AcceptedTerms | null;
  /**
   * The code's own field with the code filled in, for the address of this guest's browser alone; null
   * where others have that address too.
   */
  linkTo: ((filled: { codeId: string; code: string }) => string) | null;
  /** By what alone the guest wants it; null: in the branch's order. */
  way: CodeWay | null;
};

export type Requested =
  /** The code waits for its guest; `sent` tells whether a message went out for this request. */
  | { kind: "code"; code: PendingCode; sent: boolean }
  /** It is on its way, and nobody has said yet what became of it. */
  | { kind: "moving"; code: PendingCode }
  /** No channel took the message. */
  | { kind: "unsent"; code: PendingCode }
  /** `code` waits for its guest all the same. `isByOthers`: this device has had no message for it. */
  | { kind: "limited"; limit: MessageLimit; code: PendingCode | null; isByOthers: boolean }
  /** Too soon after the last attempt. `isOver`: there is no field for that code any more. */
  | { kind: "wait"; code: PendingCode; seconds: number; isOver: boolean }
  | { kind: "never"; code: PendingCode };

export type CodeDesk = {
  /** A guest gives a number or an address: the code that waits for it, or a new one with a message. */
  request(request: CodeRequest): Promise<Requested>;
  /** A guest asks for another message: the same code, with the same tries and the same end. */
  resend(request: CodeRequest, codeId: string): Promise<Requested>;
  /** Whether it is still open what becomes of the code's last message: its digits may be typed. */
  isMoving(code: PendingCode): boolean;
  /** Goes on with what a portal that was stopped had begun: see what the cloud says, or send. */
  takeUp(request: CodeRequest, code: PendingCode): void;
  /** Ends what waits for the cloud, since the store holds how far it came; what the box sends is waited for. */
  close(): Promise<void>;
};

/** One per process: it knows which messages are just on their way, as the store cannot. */
export function openCodeDesk(options: DeliveryOptions): CodeDesk {
  const { store } = options;
  const onTheirWay = openOnTheirWay(options);

  return {
    async request(request) {
      const plan = store.transaction((tx) => {
        const waiting = findWaiting(tx, request);
        const isOpen = waiting !== null && hasTriesLeft(waiting, request.settings.signIn.phone);
        if (!isOpen) return planSending(tx, request, { moving: onTheirWay.list(), reused: null });
        noteCodeAsked(tx, waiting.id);
        if (onTheirWay.has(waiting.id)) return { kind: "send", code: waiting } as const;
        if (onTheirWay.isMoving(tx, waiting)) return { kind: "moving", code: waiting } as const;
        if (waiting.deliveries > 0) return { kind: "code", code: waiting, sent: false } as const;
        return planSending(tx, request, { moving: onTheirWay.list(), reused: waiting });
      });
      return plan.kind === "send" ? onTheirWay.send(request, plan.code) : plan;
    },
    async resend(request, codeId) {
      const phoneSettings = request.settings.signIn.phone;
      const plan = store.transaction((tx) => {
        const code = findPendingCode(tx, codeId);
        if (!code || !hasTriesLeft(code, phoneSettings))
          return { kind: "renew", terms: findTermsOf(tx, request, codeId) } as const;
        if (onTheirWay.has(code.id)) return { kind: "send", code } as const;
        if (onTheirWay.isMoving(tx, code)) return { kind: "moving", code } as const;
        const resend = planResend(code, phoneSettings, tx.now);
        if (resend.kind === "wait") return { ...resend, code, isOver: false };
        if (resend.kind === "never") return { ...resend, code };
        const open = code.deliveries > 0 ? code : null;
        const limited = findLimit(tx, request, { moving: onTheirWay.list(), code: open });
        return limited ?? ({ kind: "send", code } as const);
      });
      if (plan.kind === "renew") return this.request({ ...request, terms: plan.terms });
      return plan.kind === "send" ? onTheirWay.send(request, plan.code) : plan;
    },
    isMoving: (code) => store.read((tx) => onTheirWay.isMoving(tx, code)),
    takeUp(request, code) {
      if (store.read((tx) => isWithCloud(tx, code))) onTheirWay.follow(request, code);
    },
    close: () => onTheirWay.close(),
  };
}

/** Messages of the last hour and of the day, noted or just on their way (`moving`). */
function countMessages(
  tx: Transaction,
  { key, claimedAt: address, contact, source, settings }: CodeRequest,
  moving: readonly OnItsWay[],
): MessageCounts {
  const hourAgo = new Date(tx.now.getTime() - LIMIT_WINDOW_SECONDS * 1000);
  const count = (
    of: Omit<Parameters<typeof countCodeMessages>[1], "since"> & { since?: Date },
    isOf: (code: PendingCode, from: string | null) => boolean,
  ): MessageCount => {
    const noted = countCodeMessages(tx, { since: hourAgo, ...of });
    const more = moving.filter((each) => isOf(each.code, each.source)).length;
    return { taken: noted.taken + more, attempts: noted.attempts + more };
  };
  return {
    ofPhone: count({ contact }, (code) => isSame(code.contact, contact)),
    ofDevice:
      address === null
        ? count({ mac: key.mac }, (code) => code.mac === key.mac)
        : count({ address }, (code) => code.mac.endsWith(`@${address}`)),
    ofAddress: source === null ? null : count({ source }, (_, from) => from === source),
    ofPrefix: countPrefix(contact, count),
    ofBranch: count({}, () => true),
    ofDay: count({ since: startOfDay(tx.now, settings.branch.timeZone) }, () => true),
  };
}

type Count = (
  of: { prefix: ReturnType<typeof prefixOf> },
  isOf: (code: PendingCode) => boolean,
) => MessageCount;

/** Addresses are sold in no blocks: those of one mail provider have nothing in common. */
function countPrefix({ kind, value }: Contact, count: Count): MessageCount | null {
  if (kind !== "phone") return null;
  const prefix = prefixOf(value);
  return count(
    { prefix },
    ({ contact }) => contact.kind === "phone" && prefixOf(contact.value).start === prefix.start,
  );
}

const isSame = (one: Contact, other: Contact): boolean =>
  one.kind === other.kind && one.value === other.value;

function findLimit(
  tx: Transaction,
  request: CodeRequest,
  { moving, code }: { moving: readonly OnItsWay[]; code: PendingCode | null },
) {
  const { settings } = request;
  const counts = countMessages(tx, request, moving);
  const limit = findBrokenLimit(settings.signIn.phone, counts);
  if (limit === "day") noteBudgetReached(tx, budgetOf(settings, tx.now));
  return (
    limit && ({ kind: "limited", limit, code, isByOthers: isByOthers(limit, counts) } as const)
  );
}

/** The day on the branch's calendar, and what may be spent on it. */
function budgetOf({ branch, signIn }: BranchSettings, now: Date) {
  const day = new Intl.DateTimeFormat("sv-SE", { timeZone: branch.timeZone }).format(now);
  return { day, messagesMax: signIn.phone.messagesPerBranchDay ?? 1 };
}

/** A code's first message, or another one: at a distance from the last, and within the limits. */
function planSending(
  tx: Transaction,
  request: CodeRequest,
  { moving, reused }: { moving: readonly OnItsWay[]; reused: PendingCode | null },
) {
  const { key, contact, settings } = request;
  const last = reused ?? findLastSentCode(tx, { contact, mac: key.mac });
  const seconds = last ? secondsToWait(last, settings.signIn.phone, tx.now) : 0;
  if (last && seconds > 0)
    return { kind: "wait", code: last, seconds, isOver: reused === null } as const;
  const limited = findLimit(tx, request, { moving, code: null });
  return limited ?? ({ kind: "send", code: reused ?? create(tx, request) } as const);
}

/** What the guest ticked for the code that is renewed: the page may have lost it meanwhile. */
function findTermsOf(tx: Transaction, request: CodeRequest, codeId: string): AcceptedTerms | null {
  const old = findCode(tx, codeId);
  return request.terms ?? (old && isSame(old.contact, request.contact) ? old.terms : null);
}

/** The code that waits for this contact on this device, even when it has moved to another NAS. */
function findWaiting(tx: Transaction, { key, contact }: CodeRequest): PendingCode | null {
  const byDevice = findPendingCodeByDevice(tx, key);
  if (byDevice && isSame(byDevice.contact, contact)) return byDevice;
  return findPendingCodeByContact(tx, { contact, mac: key.mac });
}

function create(tx: Transaction, { settings, key, contact, language, terms }: CodeRequest) {
  const { codeSeconds } = settings.signIn.phone;
  // Who they are elsewhere is known, with luck, by the time the code is typed.
  askForGuest(tx, contact.kind === "phone" ? { phone: contact.value } : { email: contact.value });
  const secret = makeCodeSecret();
  return createCode(tx, { ...key, contact, language, secret, codeSeconds, terms });
}
