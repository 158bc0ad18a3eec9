import type { CodeAnswer, Language } from "@foyer/contract";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { ContactKind, Failure, PastAttempt, Step, Way } from "./rules.ts";

export type RequestState = "waiting" | "sending" | "sent" | "unknown" | "failed";

export type RequestRow = {
  id: string;
  branchId: string;
  boxId: string;
  codeId: string;
  contactKind: ContactKind;
  /** Null once nobody sends any more. */
  contact: string | null;
  code: string | null;
  host: string | null;
  /** Only by e-mail: a page with the code filled in. */
  link: string | null;
  language: Language;
  branchName: string;
  minutes: number;
  steps: Step[];
  day: string;
  createdAt: Date;
  deadline: Date;
  state: RequestState;
};

const requestColumns = sql`id, branch_id as "branchId", box_id as "boxId", code_id as "codeId",
  contact_kind as "contactKind", contact, code, host, link, language, branch_name as "branchName",
  minutes, steps, day, created_at as "createdAt", deadline, state`;

/** False when it is here already. */
export async function insertRequest(
  tx: TenantTransaction,
  request: Omit<RequestRow, "createdAt" | "state">,
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into code_requests (tenant_id, id, branch_id, box_id, code_id, contact_kind, contact,
          code, host, link, language, branch_name, minutes, steps, day, created_at, deadline, state,
          answer_position)
        values (${tx.tenantId}, ${request.id}, ${request.branchId}, ${request.boxId},
          ${request.codeId}, ${request.contactKind}, ${request.contact}, ${request.code},
          ${request.host}, ${request.link}, ${request.language}, ${request.branchName}, ${request.minutes},
          ${toJson(request.steps)}::jsonb, ${request.day}, ${tx.now}, ${request.deadline},
          'waiting', 0)
        on conflict do nothing returning id`,
  );
  return row !== null;
}

/** Under a lock: who plans the next attempt is alone with it. */
export function lockRequest(tx: TenantTransaction, id: string): Promise<RequestRow | null> {
  return findRow(
    tx,
    sql<RequestRow>`select ${requestColumns} from code_requests
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export type Answered = {
  id: string;
  boxId: string;
  state: RequestState;
  way: Way | null;
  failure: Failure | null;
};

/**
 * Says what became of a request, at the next position of what its box is told, never below the clock's
 * milliseconds: a cloud that was restored from a back-up speaks above what it has said since.
 */
export async function answerRequest(tx: TenantTransaction, answer: Answered): Promise<void> {
  const { position } = await getRow(
    tx,
    sql<{ position: number }>`
      insert into code_answers (tenant_id, box_id, position)
      values (${tx.tenantId}, ${answer.boxId}, ${tx.now.getTime()})
      on conflict (tenant_id, box_id) do update
      set position = greatest(code_answers.position + 1, excluded.position)
      returning position`,
  );
  const isFinal = answer.state !== "sending";
  await run(
    tx,
    sql`update code_requests set state = ${answer.state}, way = ${answer.way},
          failure = ${answer.failure}, answer_position = ${position},
          finished_at = ${isFinal ? tx.now : null}
        where tenant_id = ${tx.tenantId} and id = ${answer.id}`,
  );
  if (isFinal) await eraseRequest(tx, answer.id);
}

/** Whom it was for, and the code with its link. */
export function eraseRequest(tx: TenantTransaction, id: string): Promise<void> {
  return run(
    tx,
    sql`update code_requests set contact = null, code = null, link = null
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** Answers are of use for as long as a code lives, and its guest a little longer. */
const ANSWERS_TOLD_SECONDS = 30 * 60;
const POSITION_MAX = 2 ** 50;

/**
 * What became of a box's codes since a position. A box that holds a higher one than this cloud gave
 * is ahead of it, restored from a back-up to a clock that is behind: all later ones move past what it holds,
 * and so do those that it was not told of before it called.
 */
export async function listAnswers(
  tx: TenantTransaction,
  { boxId, after }: { boxId: string; after: number },
): Promise<CodeAnswer[]> {
  if (after > 0 && after <= POSITION_MAX) await riseAbove(tx, { boxId, after });
  return await listRows(
    tx,
    sql<CodeAnswer>`
      select id as "messageId", answer_position as position, state, way as by, failure
      from code_requests
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and answer_position > ${after}
        and created_at > ${toldSince(tx)}
      order by answer_position`,
  );
}

async function riseAbove(
  tx: TenantTransaction,
  { boxId, after }: { boxId: string; after: number },
): Promise<void> {
  const { tenantId } = tx;
  const behind = await findRow(
    tx,
    sql`select box_id from code_answers
        where tenant_id = ${tenantId} and box_id = ${boxId} and position < ${after} for update`,
  );
  if (!behind) return;
  // Whoever holds one gives it another position after this.
  const again = await listRows(
    tx,
    sql`update code_requests set answer_position = ${after}::bigint + recent.place
        from (
          select held.id, row_number() over (order by held.answer_position) as place
          from (
            select id, answer_position from code_requests
            where tenant_id = ${tenantId} and box_id = ${boxId} and answer_position <= ${after}
              and created_at > ${toldSince(tx)}
            for update skip locked
          ) as held
        ) as recent
        where code_requests.tenant_id = ${tenantId} and code_requests.id = recent.id
        returning code_requests.id`,
  );
  await run(
    tx,
    sql`update code_answers set position = ${after}::bigint + ${again.length}::bigint
        where tenant_id = ${tenantId} and box_id = ${boxId}`,
  );
}

const toldSince = ({ now }: TenantTransaction): Date =>
  new Date(now.getTime() - ANSWERS_TOLD_SECONDS * 1000);

/** Those of some boxes that may hear what became of a code, or are ahead of this cloud. */
export async function listAnswered(
  tx: TenantTransaction,
  boxes: readonly { boxId: string; after: number }[],
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ boxId: string }>`
      select asked.box_id as "boxId"
      from unnest(${boxes.map(({ boxId }) => boxId)}::uuid[],
          ${boxes.map(({ after }) => after)}::bigint[]) as asked (box_id, after)
      where exists (select from code_requests
          where tenant_id = ${tx.tenantId} and box_id = asked.box_id
            and answer_position > asked.after and created_at > ${toldSince(tx)})
        or exists (select from code_answers
          where tenant_id = ${tx.tenantId} and box_id = asked.box_id
            and position < asked.after and asked.after <= ${POSITION_MAX}::bigint)`,
  );
  return rows.map(({ boxId }) => boxId);
}

export function listAttempts(tx: TenantTransaction, requestId: string): Promise<PastAttempt[]> {
  return listRows(
    tx,
    sql<PastAttempt>`
      select step, state, reason, claimed_at as "claimedAt", ends_at as "endsAt",
        retry_at as "retryAt"
      from code_attempts
      where tenant_id = ${tx.tenantId} and request_id = ${requestId} order by number`,
  );
}

export type Attempt = {
  requestId: string;
  number: number;
  step: number;
  senderId: string;
  endsAt: Date;
};

export function insertAttempt(tx: TenantTransaction, attempt: Attempt): Promise<void> {
  return run(
    tx,
    sql`insert into code_attempts (tenant_id, request_id, number, step, sender_id, state,
          claimed_at, ends_at)
        values (${tx.tenantId}, ${attempt.requestId}, ${attempt.number}, ${attempt.step},
          ${attempt.senderId}, 'claimed', ${tx.now}, ${attempt.endsAt})`,
  );
}

export type AttemptEnd = {
  requestId: string;
  number: number;
  state: PastAttempt["state"];
  reason: string | null;
  detail: string | null;
  providerId: string | null;
  retryAt: Date | null;
};

export function finishAttempt(tx: TenantTransaction, end: AttemptEnd): Promise<void> {
  return run(
    tx,
    sql`update code_attempts set state = ${end.state}, reason = ${end.reason},
          detail = ${end.detail}, provider_id = ${end.providerId}, retry_at = ${end.retryAt},
          answered_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and request_id = ${end.requestId}
          and number = ${end.number}`,
  );
}

export type Day = { branchId: string; day: string; messagesMax: number | null };

/** Takes one message from the branch's budget of the day. False when none is left. */
export async function spendMessage(tx: TenantTransaction, day: Day): Promise<boolean> {
  const max = day.messagesMax;
  const row = await findRow(
    tx,
    sql`insert into code_days (tenant_id, branch_id, day, messages, messages_max)
        values (${tx.tenantId}, ${day.branchId}, ${day.day}, 1, ${max})
        on conflict (tenant_id, branch_id, day) do update
          set messages = code_days.messages + 1, messages_max = excluded.messages_max
          where excluded.messages_max is null or code_days.messages < excluded.messages_max
        returning day`,
  );
  return row !== null;
}

/** What surely was not sent is given back. */
export function giveMessageBack(
  tx: TenantTransaction,
  { branchId, day }: { branchId: string; day: string },
): Promise<void> {
  return run(
    tx,
    sql`update code_days set messages = greatest(0, messages - 1)
        where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and day = ${day}`,
  );
}

/** True the first time on this day. */
export async function noteRefused(tx: TenantTransaction, day: Day): Promise<boolean> {
  await run(
    tx,
    sql`insert into code_days (tenant_id, branch_id, day, messages, messages_max)
        values (${tx.tenantId}, ${day.branchId}, ${day.day}, 0, ${day.messagesMax})
        on conflict (tenant_id, branch_id, day) do nothing`,
  );
  const row = await findRow(
    tx,
    sql`update code_days set refused_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and branch_id = ${day.branchId} and day = ${day.day}
          and refused_at is null
        returning day`,
  );
  return row !== null;
}

export function findDay(
  tx: TenantTransaction,
  { branchId, day }: { branchId: string; day: string },
): Promise<{ messages: number; refusedAt: Date | null } | null> {
  return findRow(
    tx,
    sql<{ messages: number; refusedAt: Date | null }>`
      select messages, refused_at as "refusedAt" from code_days
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and day = ${day}`,
  );
}

/** Of these days of branches, those on which a code was refused for want of budget. */
export function listRefusedDays(
  tx: TenantTransaction,
  days: readonly { branchId: string; day: string }[],
): Promise<{ branchId: string; refusedAt: Date }[]> {
  const branchIds = days.map(({ branchId }) => branchId);
  return listRows(
    tx,
    sql<{ branchId: string; refusedAt: Date }>`
      select branch_id as "branchId", refused_at as "refusedAt" from code_days
      where tenant_id = ${tx.tenantId} and refused_at is not null
        and (branch_id, day) in (
          select * from unnest(${branchIds}::uuid[], ${days.map(({ day }) => day)}::text[]))`,
  );
}

export type MessageRow = {
  id: string;
  branchId: string;
  branchName: string;
  state: RequestState;
  way: Way | null;
  failure: Failure | null;
  createdAt: Date;
  attempts: {
    senderName: string | null;
    state: PastAttempt["state"];
    reason: string | null;
    detail: string | null;
  }[];
};

/** The newest codes with what was tried for each; of one branch, or of all (null). */
export function listMessages(
  tx: TenantTransaction,
  { branchId, limit }: { branchId: string | null; limit: number },
): Promise<MessageRow[]> {
  return listRows(
    tx,
    sql<MessageRow>`
      select requests.id, requests.branch_id as "branchId", requests.branch_name as "branchName",
        requests.state, requests.way, requests.failure, requests.created_at as "createdAt",
        coalesce((
          select jsonb_agg(jsonb_build_object('senderName', senders.name, 'state', attempts.state,
            'reason', attempts.reason, 'detail', attempts.detail) order by attempts.number)
          from code_attempts attempts
          left join senders on senders.tenant_id = attempts.tenant_id
            and senders.id = attempts.sender_id
          where attempts.tenant_id = ${tx.tenantId} and attempts.request_id = requests.id
        ), '[]'::jsonb) as attempts
      from code_requests requests
      where requests.tenant_id = ${tx.tenantId}
        and (${branchId}::uuid is null or requests.branch_id = ${branchId}::uuid)
      order by requests.created_at desc, requests.id desc limit ${limit}`,
  );
}
