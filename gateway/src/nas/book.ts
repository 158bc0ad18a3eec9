import type { GatewayParts } from "./gateway.ts";
import { describeSession, describeStation } from "./records.ts";
import type { Untold } from "./session-file.ts";
import type { GatewaySession } from "./sessions.ts";

const SAVE_MS = 60_000;

type Record = { status: "start" | "interim" } | { status: "stop"; cause: number };

/** The sessions, on the disk as in memory, and what radius is told of them. */
export function openBook({
  kept,
  save,
  radius,
  identity,
  clock,
  steadyMilliseconds,
  log,
}: GatewayParts) {
  const sessions = new Map((kept?.sessions ?? []).map((each) => [each.mac, each]));
  let untold: readonly Untold[] = kept?.untold ?? [];
  const telling = new Map<string, Promise<unknown>>();
  let savedAt = steadyMilliseconds();

  const saveNow = () => {
    save({ sessions: [...sessions.values()], untold });
    savedAt = steadyMilliseconds();
  };
  const send = async (session: GatewaySession, record: Record): Promise<boolean> => {
    const now = clock();
    const startedAt = new Date(now.getTime() - session.elapsedSeconds * 1000);
    const className = session.className === null ? null : Buffer.from(session.className, "base64");
    const told = describeSession({ ...session, startedAt, className }, { ...record, now });
    const about = describeStation(identity, session);
    return (await radius.sendAccounting([...told, ...about])) !== null;
  };
  /** Of one session nothing is told before what came first. */
  const tell = (session: GatewaySession, record: Record): Promise<boolean> => {
    const before = telling.get(session.id) ?? Promise.resolve();
    const told = before.then(() => send(session, record));
    const last = told.catch((err: unknown) => log.error({ err }, "could not tell radius"));
    telling.set(session.id, last);
    void last.then(() => telling.get(session.id) === last && telling.delete(session.id));
    return told.catch(() => false);
  };
  const tellUntold = async ({ session, cause }: Untold) => {
    if (telling.has(session.id) || !(await tell(session, { status: "stop", cause }))) return;
    untold = untold.filter((each) => each.session.id !== session.id);
    saveNow();
  };
  return {
    find: (mac: string) => sessions.get(mac) ?? null,
    list: () => [...sessions.values()],
    put: (session: GatewaySession) => void sessions.set(session.mac, session),
    take: (mac: string) => void sessions.delete(mac),
    save: saveNow,
    saveSometimes: () => {
      if (steadyMilliseconds() - savedAt >= SAVE_MS) saveNow();
    },
    tell: (session: GatewaySession, record: { status: "start" | "interim" }) =>
      void tell(session, record),
    /** It is on the disk before it is on its way: no end is forgotten. */
    tellEnd: (session: GatewaySession, cause: number) => {
      const ended = { session, cause };
      untold = [...untold, ended];
      saveNow();
      void (async () => {
        if (!(await tell(session, { status: "stop", cause }))) return;
        untold = untold.filter((each) => each !== ended);
        saveNow();
      })();
    },
    tellAgain: () => {
      for (const each of untold) void tellUntold(each);
    },
  };
}

export type Book = ReturnType<typeof openBook>;
