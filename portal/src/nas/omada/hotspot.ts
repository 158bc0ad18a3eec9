import type { OmadaNas } from "@foyer/contract";
import { openCookieJar } from "../controller/cookies.ts";
import {
  type Answer,
  type ControllerLine,
  readJson,
  type Unreachable,
} from "../controller/line.ts";
import { type LogInLimit, openLogInLimit } from "../controller/log-ins.ts";
import { judgeStatus, NO_JSON, type Outcome } from "../controller/outcome.ts";

type Failed = Extract<Outcome, { reason: string }>;

/** What a log-in of the operator gave; what asks under it has to show both. */
type Session = { token: string; cookie: string };

export type OmadaHotspot = {
  /** Submits a guest: see writeAuth. */
  authorise(body: object): Promise<Outcome>;
};

/**
 * The hotspot's API for external portals (TP-Link FAQ 3231 and 2907). The samples there have the two
 * addresses swapped; their words are right, and are what is done here.
 */
export function openOmadaHotspot(options: {
  line: ControllerLine;
  nas: Pick<OmadaNas, "omadacId" | "operator">;
  clock: () => Date;
}): OmadaHotspot {
  const limit = openLogInLimit(options.clock);
  let session: Session | null = null;
  let opening: Promise<Session | Failed> | null = null;
  /** One log-in for all who wait for it. */
  const open = (): Promise<Session | Failed> => {
    opening ??= logIn(options, limit)
      .then((opened) => {
        if ("token" in opened) session = opened;
        return opened;
      })
      .finally(() => {
        opening = null;
      });
    return opening;
  };
  return {
    async authorise(body) {
      const known: Session | null = session;
      const begun = known ?? (await open());
      if (!("token" in begun)) return begun;
      const outcome = await submit(options, begun, body);
      // A session that was there before may be over, which each release says in its own way.
      if (known === null || outcome.kind !== "refused") return outcome;
      const renewed = session === known ? await open() : session;
      if (renewed && "token" in renewed) return submit(options, renewed, body);
      return renewed?.kind === "refused" ? renewed : outcome;
    },
  };
}

/** A controller of v4 has no id in its paths. */
const pathOf = ({ omadacId }: Pick<OmadaNas, "omadacId">, path: string): string =>
  `${omadacId ? `/${omadacId}` : ""}/api/v2/hotspot${path}`;

async function logIn(
  { line, nas }: { line: ControllerLine; nas: Pick<OmadaNas, "omadacId" | "operator"> },
  limit: LogInLimit,
): Promise<Session | Failed> {
  if (!limit.take()) return { kind: "unreachable", reason: "too many log-ins lately" };
  const { username: name, password } = nas.operator;
  const path = pathOf(nas, "/login");
  const answer = await line.ask({ method: "POST", path, body: { name, password } });
  if (answer.kind === "answer" && answer.status === 429)
    limit.pause(answer.headers.get("retry-after"));
  const told = readAnswer(answer);
  if (told.kind === "refused") return { ...told, reason: `the log-in is refused: ${told.reason}` };
  if (told.kind !== "told" || answer.kind !== "answer") return told as Failed;
  // TPEAP_SESSIONID up to 5.10, TPOMADA_SESSIONID from 5.11 on: whichever it gives is given back.
  const jar = openCookieJar();
  jar.take(answer.cookies);
  const { token } = (told.result ?? {}) as { token?: unknown };
  if (typeof token !== "string" || !/^[\x21-\x7e]{1,500}$/.test(token)) return NO_JSON;
  return { token, cookie: jar.header() };
}

async function submit(
  { line, nas }: { line: ControllerLine; nas: Pick<OmadaNas, "omadacId"> },
  { token, cookie }: Session,
  body: object,
): Promise<Outcome> {
  const path = pathOf(nas, "/extPortal/auth");
  const answer = await line.ask({
    method: "POST",
    // v5 wants the token in a header, v4 in the query.
    path: nas.omadacId ? path : `${path}?token=${encodeURIComponent(token)}`,
    headers: { "csrf-token": token, cookie },
    body,
  });
  const told = readAnswer(answer);
  return told.kind === "told" ? { kind: "done" } : told;
}

export type OmadaTold = { kind: "told"; result: unknown } | Failed;

/** `{"errorCode":0,"msg":"…","result":…}`; the code says more than the status, which is 200 for most. */
export function readAnswer(answer: Answer | Unreachable): OmadaTold {
  if (answer.kind === "unreachable") return answer;
  const read = readJson(answer.text) as
    | { errorCode?: unknown; result?: unknown }
    | null
    | undefined;
  const code = read?.errorCode;
  if (answer.status === 200 && code === 0) return { kind: "told", result: read?.result };
  if (Number.isInteger(code) && code !== 0) return { kind: "refused", reason: `errorCode ${code}` };
  return answer.status === 200 ? NO_JSON : judgeStatus(answer);
}
