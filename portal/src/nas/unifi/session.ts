import type { UnifiNas } from "@foyer/contract";
import { type CookieJar, openCookieJar } from "../controller/cookies.ts";
import {
  type Answer,
  type ControllerLine,
  readJson,
  type Unreachable,
} from "../controller/line.ts";
import { type LogInLimit, openLogInLimit } from "../controller/log-ins.ts";
import { judgeStatus, type Outcome } from "../controller/outcome.ts";

type Failed = Extract<Outcome, { reason: string }>;

/** Asks a console under a session of ours, which is begun when it is needed. */
export type UnifiSession = {
  ask(method: "GET" | "POST", path: string, body?: object): Promise<Answer | Failed>;
};

type SessionOptions = {
  line: ControllerLine;
  logIn: NonNullable<UnifiNas["logIn"]>;
  clock: () => Date;
};

type Session = {
  /**
   * UniFi OS puts Network behind a proxy of its own and wants a CSRF token; controllers before it do
   * neither. Null: not known yet.
   */
  flavour: "unifi-os" | "controller" | null;
  jar: CookieJar;
  csrf: string | null;
  limit: LogInLimit;
};

export function openUnifiSession(options: SessionOptions): UnifiSession {
  const session: Session = {
    flavour: null,
    jar: openCookieJar(),
    csrf: null,
    limit: openLogInLimit(options.clock),
  };
  let opening: Promise<Failed | null> | null = null;
  /** One log-in for all who wait for it. */
  const open = (): Promise<Failed | null> => {
    opening ??= begin(session, options).finally(() => {
      opening = null;
    });
    return opening;
  };
  return {
    async ask(method, path, body) {
      const isNew = session.jar.header() === "";
      const failed = isNew ? await open() : null;
      if (failed) return failed;
      const sentUnder = session.jar.header();
      const answer = await send(session, options.line, { method, path, body });
      const isOver = answer.kind === "answer" && [401, 403].includes(answer.status);
      if (!isOver || isNew) return answer;
      // The session is over, or its token is stale: once anew, and what is said then holds. Another
      // guest's request may have begun the new one meanwhile.
      const renewed = session.jar.header() === sentUnder ? await open() : null;
      return renewed ?? send(session, options.line, { method, path, body });
    },
  };
}

/** `GET /` is a page on a UniFi OS console, and leads to the log-in on a controller. */
async function findFlavour(session: Session, line: ControllerLine): Promise<Failed | null> {
  if (session.flavour !== null) return null;
  const answer = await line.ask({ method: "GET", path: "/", headers: { accept: "text/html" } });
  if (answer.kind === "unreachable") return answer;
  if (answer.status >= 500 || answer.status === 429) return judgeStatus(answer);
  session.flavour = answer.status === 200 ? "unifi-os" : "controller";
  return null;
}

async function begin(session: Session, { line, logIn }: SessionOptions): Promise<Failed | null> {
  const failed = await findFlavour(session, line);
  if (failed) return failed;
  if (!session.limit.take()) return { kind: "unreachable", reason: "too many log-ins lately" };
  session.jar.clear();
  session.csrf = null;
  const { username, password } = logIn;
  const path = session.flavour === "unifi-os" ? "/api/auth/login" : "/api/login";
  const body = { username, password, remember: true };
  const answer = await line.ask({ method: "POST", path, body });
  if (answer.kind === "unreachable") return answer;
  if (answer.status === 429) session.limit.pause(answer.headers.get("retry-after"));
  if (answer.status === 499)
    return { kind: "refused", reason: "the log-in wants a second factor: use a local one without" };
  if ([400, 401, 403].includes(answer.status))
    return { kind: "refused", reason: `the log-in is refused (${answer.status})` };
  // No log-in there: it has become the other kind, by an upgrade or another machine.
  if (answer.status === 404) session.flavour = null;
  if (answer.status !== 200) return judgeStatus(answer);
  keep(session, answer);
  return session.jar.header() === ""
    ? { kind: "refused", reason: "the log-in gave no cookie" }
    : null;
}

async function send(
  session: Session,
  line: ControllerLine,
  { method, path, body }: { method: "GET" | "POST"; path: string; body: object | undefined },
): Promise<Answer | Unreachable> {
  const isOs = session.flavour === "unifi-os";
  const answer = await line.ask({
    method,
    path: isOs ? `/proxy/network${path}` : path,
    headers: {
      cookie: session.jar.header(),
      // Without it the console's proxy answers 403 and says no more (PacketFence #9107).
      ...(isOs && session.csrf !== null ? { "x-csrf-token": session.csrf } : {}),
    },
    ...(body ? { body } : {}),
  });
  if (answer.kind === "answer") keep(session, answer);
  return answer;
}

function keep(session: Session, answer: Answer): void {
  session.jar.take(answer.cookies);
  const isNewToken = answer.cookies.some((line) => line.startsWith("TOKEN="));
  session.csrf =
    answer.headers.get("x-updated-csrf-token") ??
    answer.headers.get("x-csrf-token") ??
    (isNewToken ? csrfOf(session.jar.find("TOKEN")) : null) ??
    session.csrf;
}

/** The claim `csrfToken` of the JWT that a console's cookie holds; it is not checked, only sent back. */
function csrfOf(token: string | null): string | null {
  const payload = token?.split(".")[1];
  if (!payload) return null;
  const claims = readJson(Buffer.from(payload, "base64url").toString("utf8"));
  const claim = (claims as { csrfToken?: unknown } | null | undefined)?.csrfToken;
  return typeof claim === "string" && /^[\x21-\x7e]{1,200}$/.test(claim) ? claim : null;
}
