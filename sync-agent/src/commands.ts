import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  askForEverything,
  type DueBoxCommand,
  doorNotesSince,
  finishCommand,
  forgetWrongTries,
  listDoorNotes,
  listDueBoxCommands,
  listUntoldAnswers,
  noteAnswersTold,
  takeBackCredential,
} from "@foyer/branch-store";
import {
  COMMAND_ANSWERS_MAX,
  END_CREDENTIAL,
  EXPIRED,
  LOG_BYTES_MAX,
  NOT_SUPPORTED,
  TRACE,
} from "@foyer/contract";
import type { CloudAnswer } from "./cloud-answer.ts";
import type { Failure, Link, LinkStatus } from "./link.ts";
import { newLinkStatus, noteAnswer, noteFailureAndRest, tryStep } from "./link.ts";
import { redactLines } from "./redact.ts";
import type { KeyRenewal } from "./renew-key.ts";
import type { UpgradeKeeper } from "./upgrade.ts";
import { rest, waitForChange } from "./wait.ts";

const IDLE_LOOK_MILLISECONDS = 60_000;
/** A cloud that does not know these calls may be upgraded. */
const UNKNOWN_CALL_MILLISECONDS = 10 * 60_000;
/** A line of a log packs well; what is asked for is a text, not an archive. */
const GZIP_LEVEL = 6;
const compress = promisify(gzip);

export type CommandTools = {
  /** The newest lines of this box's logs, at most so many bytes. */
  readLogs: (bytesMax: number) => string;
  /** Settings are asked for anew. */
  refreshSettings: () => void;
  /** Changes the box's key; null: it has none of its own in a folder. */
  changeKey: KeyRenewal["renew"] | null;
  /** Null: nothing here could install a release. */
  lookForRelease: UpgradeKeeper["lookNow"] | null;
};

/** Null: it is tried again. */
type Outcome = { kind: "outcome"; outcome: string } | { kind: "failure"; failure: Failure };

/** Carries out what the cloud asks of this box, and tells it what became of every command, until the signal. */
export function startCommands(
  link: Link,
  tools: CommandTools,
): { done: Promise<void>; status: () => LinkStatus } {
  const status = newLinkStatus();
  return { done: runCommands(link, { status, tools }), status: () => ({ ...status }) };
}

type Progress = { status: LinkStatus; tools: CommandTools };

async function runCommands(link: Link, progress: Progress): Promise<void> {
  const { status } = progress;
  while (!link.signal.aborted)
    await tryStep(link, { direction: "commands", status }, () => stepOnce(link, progress));
}

async function stepOnce(link: Link, { status, tools }: Progress): Promise<void> {
  const { store, signal } = link;
  // Read before the rows: a row written in between then counts as a change.
  const seen = store.changeCount();
  const [due] = store.read(listDueBoxCommands);
  if (due) {
    const done = await carryOut(link, tools, due);
    if (signal.aborted) return;
    if (done.kind === "failure")
      return await noteFailureAndRest(link, status, {
        direction: "commands",
        failure: done.failure,
      });
    const { outcome } = done;
    store.transaction((tx) => finishCommand(tx, { id: due.id, outcome }));
    link.logger.info({ commandId: due.id, kind: due.kind, outcome }, "a command was carried out");
    return;
  }
  const answers = store.read((tx) => listUntoldAnswers(tx, COMMAND_ANSWERS_MAX));
  if (answers.length === 0)
    return await waitForChange({ ...link, seen, atMostMilliseconds: IDLE_LOOK_MILLISECONDS });
  const told = await link.cloud.answerCommands({ answers });
  if (told.kind === "answered") {
    noteAnswer(link, status, "commands");
    if (told.value === "unknown") return await rest(UNKNOWN_CALL_MILLISECONDS, signal);
  }
  if (told.kind === "answered" || told.kind === "refused") {
    // What the cloud will not have must not hold up what comes after it.
    const ids = answers.map(({ commandId }) => commandId);
    return store.transaction((tx) => noteAnswersTold(tx, ids));
  }
  if (!signal.aborted)
    await noteFailureAndRest(link, status, { direction: "commands", failure: told });
}

async function carryOut(link: Link, tools: CommandTools, due: DueBoxCommand): Promise<Outcome> {
  const done = (outcome = "done"): Outcome => ({ kind: "outcome", outcome });
  if (due.isExpired) return done(EXPIRED);
  switch (due.kind) {
    case "box.refresh":
      link.store.transaction(askForEverything);
      tools.refreshSettings();
      return done();
    case "guests.unblock":
      link.store.transaction((tx) => forgetWrongTries(tx, due.deviceId));
      return done();
    case END_CREDENTIAL:
      return done(endCredential(link, due));
    case "box.send-logs":
      return await sendLogs(link, tools, due.id);
    case TRACE:
      return await sendDoorNotes(link, due);
    case "box.re-enrol":
      return await changeKey(tools);
    case "box.upgrade":
      return await lookForRelease(tools);
    default:
      return done(NOT_SUPPORTED);
  }
}

/** That of a device which has none is ended already. */
function endCredential({ store }: Link, { deviceId }: DueBoxCommand): string {
  if (deviceId === null) return NOT_SUPPORTED;
  store.transaction((tx) => takeBackCredential(tx, deviceId));
  return "done";
}

async function changeKey({ changeKey: change }: CommandTools): Promise<Outcome> {
  if (change === null) return { kind: "outcome", outcome: NOT_SUPPORTED };
  const answer = await change();
  return answer === null ? { kind: "outcome", outcome: "disk-fails" } : outcomeOf(answer);
}

async function lookForRelease({ lookForRelease: look }: CommandTools): Promise<Outcome> {
  if (look === null) return { kind: "outcome", outcome: NOT_SUPPORTED };
  const answer = await look();
  if (answer.kind === "answered") return { kind: "outcome", outcome: answer.value };
  return outcomeOf(answer);
}

/** What was noted at the door of whoever is asked about. */
async function sendDoorNotes({ store, cloud }: Link, due: DueBoxCommand): Promise<Outcome> {
  const { id: commandId, about } = due;
  if (about === null) return { kind: "outcome", outcome: NOT_SUPPORTED };
  const told = store.read((tx) => ({
    notes: listDoorNotes(tx, about),
    since: doorNotesSince(tx).toISOString(),
  }));
  return outcomeOf(await cloud.sendDoorNotes({ commandId, ...told }));
}

function outcomeOf(sent: CloudAnswer<null>): Outcome {
  if (sent.kind === "answered") return { kind: "outcome", outcome: "done" };
  if (sent.kind === "refused" || sent.kind === "too-large")
    return { kind: "outcome", outcome: "refused" };
  return { kind: "failure", failure: sent };
}

async function sendLogs(
  link: Link,
  { readLogs }: CommandTools,
  commandId: string,
): Promise<Outcome> {
  const lines = redactLines(readLogs(LOG_BYTES_MAX));
  if (lines === "") return { kind: "outcome", outcome: "no-logs" };
  const packed = (await compress(lines, { level: GZIP_LEVEL })).toString("base64");
  return outcomeOf(await link.cloud.sendLog({ commandId, packed }));
}
