import {
  answerQuestions,
  forgetOldQuestions,
  hasOldQuestions,
  listOpenQuestions,
  OPEN_QUESTIONS_MAX,
} from "@foyer/branch-store";
import { GUEST_QUESTIONS_MAX, type GuestQuestion } from "@foyer/contract";
import {
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
  tryStep,
} from "./link.ts";
import { rest, waitForChange } from "./wait.ts";

/** How long an idle agent goes without looking for numbers that have lain here for too long. */
const IDLE_LOOK_MILLISECONDS = 60_000;
/** Before asking again, where a pull has overtaken the answer: doubled each time in a row. */
const OVERTAKEN_MILLISECONDS = 50;
const OVERTAKEN_MILLISECONDS_MAX = 5000;
/** A cloud that does not know this call, or addresses in it, may be upgraded. */
const UNKNOWN_CALL_MILLISECONDS = 10 * 60_000;

/**
 * Takes to the cloud, at once, whom the pages ask for, until the signal. It is a call of its own: a push
 * may be on its way with a backlog, and the pull waits.
 */
export function startAsk(link: Link): { done: Promise<void>; status: () => LinkStatus } {
  const status = newLinkStatus();
  return { done: runAsk(link, status), status: () => ({ ...status }) };
}

type Asking = {
  status: LinkStatus;
  /** How many answers in a row came too late to be kept. */
  overtaken: number;
  /** On performance.now(): until when nobody is asked for by an address, which an older cloud refuses. */
  emailsRestUntil: number;
};

async function runAsk(link: Link, status: LinkStatus): Promise<void> {
  const asking = { status, overtaken: 0, emailsRestUntil: 0 };
  while (!link.signal.aborted)
    await tryStep(link, { direction: "ask", status }, () => askOnce(link, asking));
}

async function askOnce(link: Link, asking: Asking): Promise<void> {
  const { store, signal } = link;
  const { status } = asking;
  // Read before the rows: a row written in between then counts as a change.
  const seen = store.changeCount();
  const questions = listQuestions(link, asking);
  if (questions.length === 0) {
    if (store.read(hasOldQuestions)) store.transaction(forgetOldQuestions);
    else await waitForChange({ ...link, seen, atMostMilliseconds: IDLE_LOOK_MILLISECONDS });
    return;
  }
  const answer = await link.cloud.askGuests(questions);
  if (answer.kind !== "answered") {
    if (signal.aborted) return;
    if (answer.kind === "refused" && questions.some(isByEmail)) {
      asking.emailsRestUntil = performance.now() + UNKNOWN_CALL_MILLISECONDS;
      return;
    }
    return await noteFailureAndRest(link, status, { direction: "ask", failure: answer });
  }
  noteAnswer(link, status, "ask");
  const answers = answer.value;
  if (answers === null) return await rest(UNKNOWN_CALL_MILLISECONDS, signal);
  const isTaken = store.transaction((tx) => answerQuestions(tx, { questions, answers }));
  if (!isTaken) return await rest(restOvertaken(asking.overtaken++), signal);
  asking.overtaken = 0;
  const counts = { asked: questions.length, known: answers.guests.length };
  link.logger.info(counts, "the cloud told who stands before the pages");
}

function listQuestions({ store }: Link, { emailsRestUntil }: Asking): GuestQuestion[] {
  const open = store.read((tx) => listOpenQuestions(tx, OPEN_QUESTIONS_MAX));
  const isResting = performance.now() < emailsRestUntil;
  const asked = isResting ? open.filter((each) => !isByEmail(each)) : open;
  return asked.slice(0, GUEST_QUESTIONS_MAX);
}

const isByEmail = (question: GuestQuestion): boolean => "email" in question;

const restOvertaken = (times: number): number =>
  Math.min(OVERTAKEN_MILLISECONDS_MAX, OVERTAKEN_MILLISECONDS * 2 ** times);
