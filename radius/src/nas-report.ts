import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  findSettings,
  listOpenSessions,
  openBranchStore,
  readBoxIdentity,
  type Session,
  STORE_FILE,
} from "@foyer/branch-store";
import type { RadiusNas } from "@foyer/contract";
import { type Finding, judgeNas, type Level, levelOf } from "./server/nas-fault-rules.ts";
import { buildNasTable, speaksRadius } from "./server/nas-table.ts";
import type { StatusDocument } from "./server/status.ts";
import { type Language, plain, type Remark, say, sayLevel } from "./server/words.ts";

export type ReportOptions = {
  stateFolder: string;
  /** The running server's; null: it is off. */
  statusPort: number | null;
  /** A NAS's name or id; null: all of them. */
  wanted: string | null;
  /** How long to watch before judging. */
  seconds: number;
  language: Language;
  print: (line: string) => void;
};

/** What the report is made of. */
type Known = { nas: RadiusNas[]; sessions: Session[] };

const ANSWER_MILLISECONDS = 5000;

/** Tells in words what is right and wrong with each NAS. Resolves with whether all is well. */
export async function reportNas(options: ReportOptions): Promise<boolean> {
  const { stateFolder, wanted, seconds, language, print } = options;
  const stop = (remark: Remark) => {
    print(say(language, remark));
    return false;
  };
  if (!existsSync(join(stateFolder, STORE_FILE))) return stop({ kind: "no-store", stateFolder });
  const before = await askServer(options);
  if ("kind" in before) return stop(before);
  const chosen = choose(readKnown(stateFolder).nas, wanted);
  if ("kind" in chosen) return stop(chosen);
  let after = before;
  if (seconds > 0) {
    print(say(language, { kind: "watching", seconds }));
    await sleep(seconds * 1000);
    const asked = await askServer(options);
    if ("kind" in asked) return stop(asked);
    after = asked;
  }
  const known = readKnown(stateFolder);
  let faults = printBox(options, after);
  for (const { id } of chosen) {
    const nas = known.nas.find((each) => each.id === id);
    if (!nas) continue;
    print("");
    print(`${plain(nas.name)} (${nas.source || nas.radsecName}, ${nas.id})`);
    if (seconds > 0) printLine(options, "note", findNews(before, after, id));
    const findings = judge(nas, known, after);
    for (const finding of findings) printLine(options, levelOf(finding), finding);
    faults += findings.filter((finding) => levelOf(finding) === "wrong").length;
  }
  print("");
  print(say(language, faults === 0 ? { kind: "all-well" } : { kind: "faults", faults }));
  return faults === 0;
}

/** The settings in force and who is online, as the server has them. */
function readKnown(stateFolder: string): Known {
  const store = openBranchStore({
    folder: stateFolder,
    identity: readBoxIdentity(stateFolder),
    clock: () => new Date(),
  });
  try {
    return store.read((tx) => ({
      nas: (findSettings(tx)?.nas ?? []).filter(speaksRadius),
      sessions: listOpenSessions(tx),
    }));
  } finally {
    store.close();
  }
}

function choose(nas: RadiusNas[], wanted: string | null): RadiusNas[] | Remark {
  if (nas.length === 0) return { kind: "no-nas" };
  if (wanted === null) return nas;
  const folded = wanted.toLowerCase();
  const chosen = nas.filter(({ id, name }) => id === wanted || name.toLowerCase() === folded);
  if (chosen.length > 0) return chosen;
  return { kind: "unknown-name", wanted, names: nas.map(({ name }) => name) };
}

async function askServer({
  stateFolder,
  statusPort: portNumber,
}: ReportOptions): Promise<StatusDocument | Remark> {
  if (portNumber === null) return { kind: "status-off" };
  const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
  try {
    // 503 is an answer too: it says what is wrong with the box.
    const response = await fetch(`http://127.0.0.1:${portNumber}/health`, { signal });
    const answer: unknown = await response.json();
    if (!isStatus(answer))
      return { kind: "no-answer", portNumber, reason: `HTTP ${response.status}` };
    const isOurs = answer.boxId === readBoxIdentity(stateFolder).boxId;
    return isOurs ? answer : { kind: "other-box", portNumber, boxId: answer.boxId };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    const reason = typeof code === "string" ? code : plain(String(cause));
    return { kind: "no-answer", portNumber, reason };
  }
}

/** Whatever else listens there: ours says which box it is, and its state. */
function isStatus(answer: unknown): answer is StatusDocument {
  if (typeof answer !== "object" || answer === null) return false;
  const { boxId, reasons, nas, unknown } = answer as Record<string, unknown>;
  const isObject = (each: unknown) => typeof each === "object" && each !== null;
  return typeof boxId === "string" && Array.isArray(reasons) && isObject(nas) && isObject(unknown);
}

/** The box itself first, then who asks and is known by nobody. How many faults it has. */
function printBox(options: ReportOptions, { reasons, unknown }: StatusDocument): number {
  for (const reason of reasons) printLine(options, "wrong", reason);
  if (reasons.length === 0) printLine(options, "right", { kind: "box-ready" });
  const senders = unknown.nas.slice(0, SENDERS_TOLD_MAX);
  if (senders.length > 0) printLine(options, "note", { kind: "strangers", senders });
  return reasons.length;
}
const SENDERS_TOLD_MAX = 10;

function judge(nas: RadiusNas, { sessions }: Known, status: StatusDocument): Finding[] {
  const { unreadable } = buildNasTable([nas]);
  return judgeNas({
    nas,
    isSourceReadable: unreadable.length === 0,
    health: status.nas[nas.id] ?? null,
    now: new Date(status.now),
    startedAt: new Date(status.startedAt),
    ports: status.ports,
    strangers: status.unknown.nas,
    sessionsReportedAt: sessions
      .filter(({ nasId }) => nasId === nas.id)
      .map(({ lastActivityAt }) => lastActivityAt),
  });
}

/** What came between two answers of the server. */
function findNews(before: StatusDocument, after: StatusDocument, nasId: string): Remark {
  const count = (status: StatusDocument) => {
    const { requests = 0, accepts = 0, rejects = {}, stored = 0 } = status.nas[nasId] ?? {};
    const refused = Object.values(rejects).reduce((sum, each) => sum + each, 0);
    return { requests, accepts, rejects: refused, records: stored };
  };
  const [old, now] = [count(before), count(after)];
  return {
    kind: "came",
    requests: now.requests - old.requests,
    accepts: now.accepts - old.accepts,
    rejects: now.rejects - old.rejects,
    records: now.records - old.records,
  };
}

function printLine(
  { language, print }: ReportOptions,
  level: Level,
  said: Parameters<typeof say>[1],
): void {
  print(`  ${sayLevel(language, level)}  ${say(language, said)}`);
}
