import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import type { CustomerCheckReply, DeskReply, TakenBody, TakenReply } from "../schema.ts";
import { type KeptAnswer, keepAnswer, listAnswers } from "./kept-answers.ts";
import { keepSetup, readSetup } from "./kept-setup.ts";
import { type Telling, tellAnswers } from "./tell-answers.ts";

const AGAIN_MILLISECONDS = 20_000;
/** While an answer waits and the device believes that it has a network. */
const SOON_MILLISECONDS = 3000;

/** How the last call to the cloud ended; null: none has yet. */
export type Line = Telling | null;

export type Desk = {
  /** What is asked where, as it was fetched last; null: never on this device. */
  setup: DeskReply | null;
  line: Line;
  /** On this device still. */
  kept: KeptAnswer[];
  /** What the cloud said of the answer that was kept last; null: nothing yet. */
  reply: TakenReply | null;
  /** What it said of those whose guests had gone by then, since the page was opened. */
  late: readonly TakenReply[];
  keep: (answer: KeptAnswer) => Promise<Line>;
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

  const refresh = useCallback((): Promise<Line> => {
    const note = ({ answerId }: TakenBody, said: TakenReply) =>
      answerId === last.current ? setReply(said) : setLate((before) => [...before, said]);
    const run = async () => {
      const fetched = await fetchSetup();
      if (typeof fetched === "object") setSetup(fetched);
      const outcome = typeof fetched === "object" ? await tellAll(fetched, note) : fetched;
      setLine(outcome);
      look();
      // Last: a device that has no room for it makes some by telling.
      if (typeof fetched === "object") keepSetup(localStorage, fetched);
      return outcome;
    };
    // One after the other: what was kept meanwhile is told by the next.
    const next = (underWay.current ?? Promise.resolve(null)).then(run, run);
    underWay.current = next;
    return next;
  }, [look]);

  useEffect(() => {
    const again = () => void refresh();
    const seen = () => document.visibilityState === "visible" && again();
    const lost = () => setLine("unreachable");
    again();
    window.addEventListener("online", again);
    window.addEventListener("offline", lost);
    document.addEventListener("visibilitychange", seen);
    return () => {
      window.removeEventListener("online", again);
      window.removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [refresh]);

  const isUrgent = line === "unreachable" && kept.some(({ isRefused }) => !isRefused);
  useEffect(() => {
    const delay = isUrgent ? SOON_MILLISECONDS : AGAIN_MILLISECONDS;
    const timer = setInterval(() => navigator.onLine && void refresh(), delay);
    return () => clearInterval(timer);
  }, [isUrgent, refresh]);

  const keep = useCallback(
    (answer: KeptAnswer) => {
      last.current = answer.body.answerId;
      setReply(null);
      keepAnswer(localStorage, answer);
      look();
      return refresh();
    },
    [look, refresh],
  );
  const leave = useCallback(() => {
    last.current = null;
    setReply(null);
  }, []);
  return { setup, line, kept, reply, late, keep, refresh, look, leave };
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
