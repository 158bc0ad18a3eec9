import type { CodeWay } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import {
  type BoxEvent,
  type EventHandlers,
  eraseFields,
  type NewEvent,
} from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import type { BranchDocument } from "../branches/index.ts";
import { findDocument } from "../branches/index.ts";
import { codeAnswered, codeEvent } from "./answers.ts";
import { listSenderKinds } from "./queries.ts";
import {
  answerRequest,
  insertRequest,
  noteRefused,
  type RequestRow,
  spendMessage,
} from "./request-queries.ts";
import { dayIn, type Failure, isContact, KINDS, type Step } from "./rules.ts";

export const SEND_TASK = "channels.send";
export const CLOSE_TASK = "channels.close";
/** When another process looks whether one that was to send has died before it began. */
const SECOND_LOOK_SECONDS = 8;

export const channelHandlers: EventHandlers = {
  "code.requested": keepRequest,
  "code.budget-reached": async (tx, { payload, branchId }) => {
    const { day, messagesMax } = payload;
    await noteRefused(tx, { branchId, day, messagesMax });
    return [];
  },
};

/** A code to be sent becomes a row and a job; the code is erased from beside the log at once. */
async function keepRequest(
  tx: TenantTransaction,
  event: BoxEvent<"code.requested">,
): Promise<NewEvent[]> {
  const { message, contact } = event.payload;
  // Those of the first version, what boxes sent by themselves, and what was erased since.
  if (!message?.code) return [];
  await eraseFields(tx, { eventId: event.id, paths: ["message.code", "message.link"] });
  if (tx.replaying || !contact.value) return [];
  const found = await findDocument(tx, event.branchId);
  if (!found) return [];
  const asked = toRequest(event, found.document);
  const request = asked && { ...asked, steps: await listCarrying(tx, asked, message.way) };
  if (!request || !(await insertRequest(tx, request))) return [];
  const refused = await findRefusal(tx, request, found.document);
  if (refused) return refused;
  const payload = { requestId: request.id };
  await enqueue(tx, { task: SEND_TASK, payload });
  const again = new Date(tx.now.getTime() + SECOND_LOOK_SECONDS * 1000);
  await enqueue(tx, { task: SEND_TASK, payload, runAt: again, key: request.id });
  await enqueue(tx, { task: CLOSE_TASK, payload, runAt: request.deadline, key: request.id });
  return [];
}

type NewRequest = Omit<RequestRow, "createdAt" | "state">;

function toRequest(
  { payload, origin, branchId, receivedAt }: BoxEvent<"code.requested">,
  { branch, signIn }: BranchDocument,
): NewRequest | null {
  const { message, contact, codeId, language } = payload;
  if (!message) return null;
  const cloud = signIn.phone.channels.find((channel) => channel.kind === "cloud");
  const steps: Step[] = cloud?.kind === "cloud" ? cloud.steps : [];
  return {
    ...{ id: message.id, branchId, boxId: origin.boxId, codeId, language, steps },
    ...{ contactKind: contact.kind, contact: contact.value, code: message.code },
    ...{ host: message.host, branchName: branch.name },
    link: contact.kind === "email" ? (message.link ?? null) : null,
    minutes: Math.max(1, Math.round(signIn.phone.codeSeconds / 60)),
    day: dayIn(branch.timeZone, receivedAt),
    // By this clock: the box's may be an hour off.
    deadline: new Date(receivedAt.getTime() + message.secondsLeft * 1000),
  };
}

/**
 * The steps that reach such a contact: a sender that does not is no reason to think it made up. Those of
 * the way that the guest chose, while the branch has one.
 */
async function listCarrying(
  tx: TenantTransaction,
  { steps, contactKind }: Pick<NewRequest, "steps" | "contactKind">,
  chosen: CodeWay | undefined,
): Promise<Step[]> {
  const kinds = await listSenderKinds(
    tx,
    steps.map(({ senderId }) => senderId),
  );
  const kindOf = ({ senderId }: Step) => kinds.find(({ id }) => id === senderId)?.kind;
  const carrying = steps.filter((step) => {
    const kind = kindOf(step);
    // One that was removed is told of in its turn.
    return kind === undefined || KINDS[kind].carries.includes(contactKind);
  });
  const asChosen = carrying.filter((step) => {
    const kind = kindOf(step);
    return chosen === undefined || (kind !== undefined && KINDS[kind].way === chosen);
  });
  return asChosen.length > 0 ? asChosen : carrying;
}

/** Why it is not even tried, as the events that tell so; null: it is. */
async function findRefusal(
  tx: TenantTransaction,
  request: NewRequest,
  { signIn }: BranchDocument,
): Promise<NewEvent[] | null> {
  const refuse = async (failure: Failure) => {
    const answer = { state: "failed", way: null, failure } as const;
    await answerRequest(tx, { ...request, ...answer });
    return [codeAnswered(tx, { ...request, ...answer })];
  };
  if (request.steps.length === 0) return await refuse("sender");
  if (!isContact(request.contactKind, request.contact ?? "")) return await refuse("recipient");
  if (tx.now >= request.deadline) return await refuse("expired");
  const { branchId, day } = request;
  const messagesMax = signIn.phone.messagesPerBranchDay ?? null;
  if (await spendMessage(tx, { branchId, day, messagesMax })) return null;
  const isNews = await noteRefused(tx, { branchId, day, messagesMax });
  const alarm = { day, messagesMax };
  return [
    ...(await refuse("budget")),
    ...(isNews ? [codeEvent(tx, { type: "budget.reached", branchId, payload: alarm })] : []),
  ];
}
