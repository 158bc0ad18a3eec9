import {
  type CodeAnswer,
  type CodeFailure,
  type CodeWay,
  type EventEnvelope,
  type EventPayload,
  type SealedFields,
  withoutField,
} from "@foyer/contract";
import { findCode, findPendingCode, lockContact } from "./codes.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/**
 * What is known of a message that the cloud was asked to send:
 * `waiting` for the agent, `pushed` once the agent began to hand it over, `claimed` by the portal
 * before that. The others are the cloud's word, or `unknown` where it did not come in time.
 */
export type CodeRequestState =
  | "waiting"
  | "pushed"
  | "claimed"
  | "sending"
  | "sent"
  | "unknown"
  | "failed";

export type CodeRequest = {
  messageId: string;
  codeId: string;
  createdAt: Date;
  expiresAt: Date;
  state: CodeRequestState;
  way: CodeWay | null;
  failure: CodeFailure | null;
};

type RequestRow = {
  message_id: string;
  code_id: string;
  seq: number;
  created_at: number;
  expires_at: number;
  state: CodeRequestState;
  way: CodeWay | null;
  failure: CodeFailure | null;
  answer_position: number;
};

const toRequest = (row: unknown): CodeRequest | null => {
  if (!row) return null;
  const { message_id, code_id, created_at, expires_at, state, way, failure } = row as RequestRow;
  const [createdAt, expiresAt] = [new Date(created_at), new Date(expires_at)];
  return { messageId: message_id, codeId: code_id, createdAt, expiresAt, state, way, failure };
};

export type NewCodeRequest = {
  codeId: string;
  /** The digits. */
  code: string;
  /** The portal's host where it is https, or null. */
  host: string | null;
  /** A page with the code filled in; null: none. */
  link?: string | null;
  /** Where the browser is that asked; null: not told apart from others. */
  address: string | null;
  /** By what alone its guest wants it; null: in the branch's order. */
  way?: CodeWay | null;
};

/**
 * Asks the cloud to send a code, and counts the message: it may go out from now on. An older request
 * for the same code that the cloud does not hold yet asks for nothing any more.
 */
export function requestCodeMessage(tx: Transaction, request: NewCodeRequest): CodeRequest {
  const { codeId, address, link, way } = request;
  const code = findCode(tx, codeId);
  if (!code) throw new Error(`code ${codeId} is not in the store`);
  const { nasId, mac, contact, language } = code;
  for (const { seq } of listOpenRows(tx, codeId)) withdraw(tx, seq, "cloud");
  const id = tx.newId();
  tx.sql(
    `insert into code_messages (id, code_id, nas_id, mac, phone, channel, at, address)
     values (?, ?, ?, ?, ?, 'cloud', ?, ?)`,
  ).run(id, codeId, nasId, mac, lockContact(tx, contact), tx.now.getTime(), address);
  const seq = appendEvent(tx, "code.requested", {
    ...{ codeId, nasId, contact, language, channel: "cloud" },
    sending: code.sendings + 1,
    message: {
      ...{ id, code: request.code, host: request.host },
      ...(link ? { link } : {}),
      ...(way ? { way } : {}),
      secondsLeft: secondsBetween(tx.now, code.expiresAt),
    },
  });
  tx.sql(
    `insert into code_requests (message_id, code_id, seq, created_at, expires_at, state)
     values (?, ?, ?, ?, ?, 'waiting')`,
  ).run(id, codeId, seq, tx.now.getTime(), code.expiresAt.getTime());
  return getRequest(tx, id);
}

/** The last request for a code; null where the cloud was never asked. */
export function findCodeRequest(tx: Reader, codeId: string): CodeRequest | null {
  return toRequest(
    tx
      .sql(
        `select * from code_requests where code_id = +?
         order by created_at desc, message_id desc limit 1`,
      )
      .get(codeId),
  );
}

export function getRequest(tx: Reader, messageId: string): CodeRequest {
  const request = toRequest(
    tx.sql("select * from code_requests where message_id = ?").get(messageId),
  );
  if (!request) throw new Error(`code request ${messageId} is not in the store`);
  return request;
}

/**
 * Takes a request back from the agent, which has not begun with it: the cloud will never be asked,
 * and the box may send by itself. False where the agent was faster.
 */
export function claimCodeRequest(tx: Transaction, messageId: string): boolean {
  const row = tx
    .sql(
      `update code_requests set state = 'claimed' where message_id = ? and state = 'waiting'
       returning seq`,
    )
    .get(messageId) as { seq: number } | undefined;
  if (!row) return false;
  tx.sql("update code_messages set channel = 'none' where id = ?").run(messageId);
  withdraw(tx, row.seq, "none");
  return true;
}

/** Nobody waits any longer for the cloud's word. The message may come all the same. */
export function giveCodeRequestUp(tx: Transaction, messageId: string): void {
  tx.sql(
    `update code_requests set state = 'unknown'
     where message_id = ? and state in ('pushed', 'sending')`,
  ).run(messageId);
}

/**
 * The events as they are to be handed over now: from here on the cloud may have them, and the portal
 * cannot take them back. One that nobody waits for any more goes without its message.
 */
export function handOverEvents(tx: Transaction, events: readonly EventEnvelope[]): EventEnvelope[] {
  return events.map((event) => {
    if (!asksForMessage(event)) return event;
    const payload = event.payload as EventPayload<"code.requested">;
    const secondsLeft = beginHandOver(tx, event.seq);
    if (secondsLeft === null || !payload.message) return withoutDigits(event);
    return { ...event, payload: { ...payload, message: { ...payload.message, secondsLeft } } };
  });
}

/** Whether an event has something that `handOverEvents` has to see to. */
export function asksForMessage(event: EventEnvelope): boolean {
  return event.type === "code.requested" && event.payload.message !== undefined;
}

/** The seconds that are left of the code, or null: it is over, or the clock is before its birth. */
function beginHandOver(tx: Transaction, seq: number): number | null {
  const row = tx.sql("select * from code_requests where seq = ?").get(seq) as
    | RequestRow
    | undefined;
  const now = tx.now.getTime();
  // A newer code of the same guest voids this one, and one that was typed needs no message.
  const isAlive = row && findPendingCode(tx, row.code_id) !== null;
  if (!row || !isAlive || row.state === "claimed" || now < row.created_at) {
    if (row?.state === "waiting") expire(tx, row);
    return null;
  }
  tx.sql("update code_requests set state = 'pushed' where seq = ? and state = 'waiting'").run(seq);
  return secondsBetween(tx.now, new Date(row.expires_at));
}

/** It was never pushed, so it surely was not sent. */
function expire(tx: Transaction, { seq, message_id }: RequestRow): void {
  tx.sql("update code_requests set state = 'failed', failure = 'expired' where seq = ?").run(seq);
  tx.sql("update code_messages set channel = 'none' where id = ?").run(message_id);
}

/**
 * Takes back what `handOverEvents` noted, where no octet can have left the box. What was handed over
 * before, and perhaps arrived then, is left as it is.
 */
export function takeBackRequests(tx: Transaction, seqs: readonly number[]): void {
  for (const seq of seqs)
    tx.sql("update code_requests set state = 'waiting' where seq = ? and state = 'pushed'").run(
      seq,
    );
}

/** Which of these events the agent is about to hand over for the first time. */
export function listUntouchedRequests(tx: Reader, seqs: readonly number[]): number[] {
  const rows = tx
    .sql(
      `select seq from code_requests
       where state = 'waiting' and seq in (select value from json_each(?))`,
    )
    .all(JSON.stringify(seqs)) as { seq: number }[];
  return rows.map(({ seq }) => seq);
}

/** Keeps what the cloud says. An older word changes nothing, nor does one about what was taken back. */
export function applyCodeAnswers(tx: Transaction, answers: readonly CodeAnswer[]): void {
  for (const { messageId, position, state, by, failure } of answers) {
    const { changes } = tx
      .sql(
        `update code_requests set state = ?, way = ?, failure = ?, answer_position = ?
         where message_id = ? and answer_position < ? and state <> 'claimed'`,
      )
      .run(state, by, failure, position, messageId, position);
    // What surely nobody sent is no message: it counts as an attempt alone.
    if (changes === 1)
      tx.sql("update code_messages set channel = ? where id = ?").run(
        state === "failed" ? "none" : "cloud",
        messageId,
      );
  }
  const last = Math.max(0, ...answers.map(({ position }) => position));
  tx.sql("update pull set codes_position = max(codes_position, ?)").run(last);
}

/** Tells the cloud once a day that the branch's budget of messages is used up. */
export function noteBudgetReached(
  tx: Transaction,
  { day, messagesMax }: EventPayload<"code.budget-reached">,
): void {
  const { changes } = tx
    .sql("update meta set code_budget_day = ? where code_budget_day is not ?")
    .run(day, day);
  if (changes === 1) appendEvent(tx, "code.budget-reached", { day, messagesMax });
}

function listOpenRows(tx: Reader, codeId: string): { seq: number }[] {
  return tx.sql("select seq from code_requests where code_id = ?").all(codeId) as { seq: number }[];
}

/** Takes the message out of an event that is still here: the code with it, which nobody here can read. */
function withdraw(tx: Transaction, seq: number, channel: "cloud" | "none"): void {
  const row = tx.sql("select payload, sealed from outbox where seq = ?").get(seq) as
    | { payload: string; sealed: string | null }
    | undefined;
  if (!row) return;
  const event: Told = { payload: JSON.parse(row.payload) };
  const left = withoutDigits(row.sealed === null ? event : { ...event, sealed: parse(row.sealed) });
  const payload = { ...left.payload, channel };
  tx.sql("update outbox set payload = ?, sealed = ? where seq = ?").run(
    ...[JSON.stringify(payload), left.sealed ? JSON.stringify(left.sealed) : null, seq],
  );
}

const parse = (json: string): SealedFields => JSON.parse(json);

type Told = Pick<EventEnvelope, "payload" | "sealed">;

function withoutDigits<Event extends Told>({ sealed, ...event }: Event) {
  const { message: _message, ...payload } = event.payload;
  const left = sealed && withoutField(sealed, "message");
  return { ...event, payload, ...(left ? { sealed: left } : {}) };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000));
}
