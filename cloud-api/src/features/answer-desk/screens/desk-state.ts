import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import type { CustomerCheckReply, DeskReply, TakenBody, TakenReply } from "../schema.ts";
import { type KeptAnswer, keepAnswer, listAnswers } from "./kept-answers.ts";
import type { KeptFile } from "./kept-files.ts";
import { keepSetup, readSetup } from "./kept-setup.ts";
import { type Telling, tellAnswers } from "./tell-answers.ts";
import { type KeptFiles, useKeptFiles } from "./use-kept-files.ts";

const AGAIN_MILLISECONDS = 20_000;
/** While something waits and the device believes that it has a network. */
const SOON_MILLISECONDS = 3000;

/** How the last call to the cloud ended; null: none has yet. */
export type Line = Telling | null;

export type Desk = {
  /** What is asked where, as it was fetched last; null: never on this device. */
  setup: DeskReply | null;
  line: Line;
  /** On this device still. */
  kept: KeptAnswer[];
  files: KeptFiles;
  /** What the cloud said of the answer that was kept last; null: nothing yet. */
  reply: TakenReply | null;
  /** What it said of those whose guests had gone by then, since the page was opened. */
  late: readonly TakenReply[];
  /** Done once the device has both; `told` then says how telling them ends. Fails with nothing kept. */
  keep: (answer: KeptAnswer, files: readonly KeptFile[]) => Promise<{ told: Promise<Line> }>;
  /** Adds files to an answer that was kept. */
  add: (files: readonly KeptFile[]) => Promise<void>;
  /** Asks the cloud again, and tells it what waits. */
  refresh: () => Promise<Line>;
  /** Something of what waits was changed by hand. */
  look: () => void;
  /** The next guest comes: what is said of the last one's answer from now on is late. */
  leave: () => void;
};

/** What the desk knows. It fetches and tells by itself, whenever there may be a network again. */
export function useDesk(): Desk {
  const [setup, setSetup] = useState(() => readSetup(localStorage));
  const [line, setLine] = useState<Line>(null);
  const [kept, setKept] = useState(() => listAnswers(localStorage));
  const look = useCallback(() => setKept(listAnswers(localStorage)), []);
  const [reply, setReply] = useState<TakenReply | null>(null);
  const [late, setLate] = useState<readonly TakenReply[]>([]);
  const last = useRef<string | null>(null);
  const underWay = useRef<Promise<Line> | null>(null);
  const files = useKeptFiles();
  const { tell: tellKeptFiles, put: putFiles } = files;

  const refresh = useCallback((): Promise<Line> => {
    const note = ({ answerId }: TakenBody, said: TakenReply) =>
      answerId === last.current ? setReply(said) : setLate((before) => [...before, said]);
    const run = async () => {
      const fetched = await fetchSetup();
      if (typeof fetched === "object") setSetup(fetched);
      const outcome = typeof fetched === "object" ? await tellAll(fetched, note) : fetched;
      setLine(outcome);
      look();
      if (typeof fetched === "object" && outcome === "told") {
        const { companyId, staff } = fetched;
        tellKeptFiles({ companyId, staffId: staff.id });
      }
      // Last: a device that has no room for it makes some by telling.
      if (typeof fetched === "object") keepSetup(localStorage, fetched);
      return outcome;
    };
    // One after the other: what was kept meanwhile is told by the next.
    const next = (underWay.current ?? Promise.resolve(null)).then(run, run);
    underWay.current = next;
    return next;
  }, [look, tellKeptFiles]);

  const isUrgent =
    (line === "unreachable" && kept.some(({ isRefused }) => !isRefused)) ||
    (files.line === "unreachable" && files.all.some(({ fault }) => fault === null));
  const lost = useCallback(() => setLine("unreachable"), []);
  useRefreshing({ refresh, lost, isUrgent });
  const keep = useCallback(
    async (answer: KeptAnswer, chosen: readonly KeptFile[]) => {
      last.current = answer.body.answerId;
      setReply(null);
      await putFiles(chosen, () => keepAnswer(localStorage, answer));
      look();
      return { told: refresh() };
    },
    [look, refresh, putFiles],
  );
  const add = useCallback(
    async (chosen: readonly KeptFile[]) => {
      await putFiles(chosen);
      void refresh();
    },
    [refresh, putFiles],
  );
  const leave = useCallback(() => {
    last.current = null;
    setReply(null);
  }, []);
  return { setup, line, kept, files, reply, late, keep, add, refresh, look, leave };
}

type Refreshing = { refresh: () => Promise<Line>; lost: () => void; isUrgent: boolean };

/** Again whenever there may be a network, and from time to time. */
function useRefreshing({ refresh, lost, isUrgent }: Refreshing): void {
  useEffect(() => {
    const again = () => void refresh();
    const seen = () => document.visibilityState === "visible" && again();
    again();
    window.addEventListener("online", again);
    window.addEventListener("offline", lost);
    document.addEventListener("visibilitychange", seen);
    return () => {
      window.removeEventListener("online", again);
      window.removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [refresh, lost]);
  useEffect(() => {
    const delay = isUrgent ? SOON_MILLISECONDS : AGAIN_MILLISECONDS;
    const timer = setInterval(() => navigator.onLine && void refresh(), delay);
    return () => clearInterval(timer);
  }, [isUrgent, refresh]);
}

async function fetchSetup(): Promise<DeskReply | Exclude<Telling, "told">> {
  try {
    return await api.get<DeskReply>("/answer-desk");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "unauthorized") return "signed-out";
    return error.code === "forbidden" ? "not-allowed" : "unreachable";
  }
}

/** Null: nobody answers by now, or whoever asks may not; the number goes with the answer. */
export async function checkCustomer(body: {
  branchId: string;
  phone: string;
}): Promise<CustomerCheckReply | null> {
  try {
    return await api.post<CustomerCheckReply>("/answer-desk/customer-checks", body);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

const tellAll = (
  { companyId, staff }: DeskReply,
  told: (body: TakenBody, reply: TakenReply) => void,
): Promise<Telling> =>
  tellAnswers({
    ...{ shelf: localStorage, companyId, staffId: staff.id, told },
    send: (body) => api.post<TakenReply>("/answer-desk/answers", body),
  });
