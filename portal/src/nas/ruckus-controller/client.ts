import type { RuckusControllerNas, RuckusOneNas } from "@foyer/contract";
import { type ControllerLine, readJson } from "../controller/line.ts";
import { judgeStatus, NO_JSON, type Outcome } from "../controller/outcome.ts";
import { numberOf } from "../controller/told.ts";

const PATH = "/portalintf";
/** What the documents' examples call whoever asks; releases before user names ignore it. */
const REQUEST_USERNAME = "api";
/** How often a log-in that is under way is asked about before the guest's page is told to wait on. */
const LOOKS_MAX = 4;
const LOOK_AGAIN_MS = 500;
/** Guests who went away meanwhile are forgotten at last. */
const PENDING_MAX = 1000;

type Failed = Extract<Outcome, { reason: string }>;

/** The guest, in the very letters of the redirect: encrypted or not. */
export type RuckusGuest = { ueMac: string; ueIp: string | null; proxy: string | null };

export type RuckusClient = {
  /**
   * Has the controller ask RADIUS with this right. `pending` while RADIUS has not answered; asked
   * again, it goes on waiting for the same answer.
   */
  logIn(
    guest: RuckusGuest,
    right: { username: string; password: string },
  ): Promise<Outcome | { kind: "pending" }>;
  /** Has RUCKUS One let the guest in without asking RADIUS. */
  authorise(guest: RuckusGuest): Promise<Outcome>;
  logOut(guest: RuckusGuest): Promise<Outcome>;
  /** What an encrypted MAC or address is. */
  decrypt(text: string): Promise<{ kind: "text"; text: string } | Failed>;
};

/**
 * The northbound portal interface of SmartZone, vSZ and RUCKUS One ("WISPr API", 800-73417): one path,
 * and a code in the answer's body for everything.
 */
export function openRuckusClient({
  line,
  nas,
  pause,
}: {
  line: ControllerLine;
  nas: RuckusControllerNas | RuckusOneNas;
  pause: (milliseconds: number) => Promise<void>;
}): RuckusClient {
  const ask = (category: string, type: string, more: object) =>
    askOnce(line, {
      RequestPassword: nas.requestPassword,
      RequestCategory: category,
      RequestType: type,
      ...more,
    });
  const control = (type: string, guest: RuckusGuest, more: object = {}) =>
    ask("UserOnlineControl", type, { ...writeGuest(guest), ...more });

  /** Log-ins whose outcome the controller owes: it tells it once, and then says 100 of a failure. */
  const pending = new Set<string>();
  const look = async (guest: RuckusGuest): Promise<Outcome | { kind: "pending" }> => {
    for (let looks = 1; looks <= LOOKS_MAX; looks += 1) {
      const told = await control("Status", guest);
      const outcome = judge(told);
      // What failed on the way there has not taken the outcome.
      if (outcome.kind === "unreachable") return outcome;
      if (outcome.kind !== "pending") {
        pending.delete(guest.ueMac);
        return outcome;
      }
      await pause(LOOK_AGAIN_MS);
    }
    return { kind: "pending" };
  };
  return {
    async logIn(guest, { username, password }) {
      if (pending.has(guest.ueMac)) return look(guest);
      const right = { "UE-Username": username, "UE-Password": password };
      // RUCKUS One knows the one that waits alone.
      const isSmartzone = nas.kind === "ruckus-controller" && nas.service === "smartzone";
      const type = isSmartzone ? "LoginAsync" : "Login";
      const outcome = judge(await control(type, guest, right));
      if (outcome.kind !== "pending") return outcome;
      if (pending.size >= PENDING_MAX) pending.clear();
      pending.add(guest.ueMac);
      return look(guest);
    },
    async authorise({ ueMac }) {
      // Its address is not asked for: integrators' logs have the MAC alone.
      const outcome = judge(await control("Authorize", { ueMac, ueIp: null, proxy: null }));
      return outcome.kind === "pending" ? { kind: "not-listed" } : outcome;
    },
    async logOut(guest) {
      const outcome = judge(await control("Logout", guest));
      // Whom it does not know, or has not let in, is out.
      const isOut = outcome.kind === "not-listed" || outcome.kind === "pending";
      return isOut || (outcome.kind === "refused" && outcome.reason === UNAUTHORISED)
        ? { kind: "done" }
        : outcome;
    },
    async decrypt(text) {
      const told = await ask("GetConfig", "Decrypt", { Data: text });
      if (told.kind !== "told") return told;
      if (told.code === 200 && typeof told.text === "string")
        return { kind: "text", text: told.text };
      const judged = judge(told);
      return "reason" in judged ? judged : NO_JSON;
    },
  };
}

async function askOnce(line: ControllerLine, request: object): Promise<Told> {
  const head = { Vendor: "Ruckus", APIVersion: "1.0", RequestUserName: REQUEST_USERNAME };
  const answer = await line.ask({ method: "POST", path: PATH, body: { ...head, ...request } });
  if (answer.kind === "unreachable") return answer;
  if (answer.status !== 200) return judgeStatus(answer);
  const read = readJson(answer.text) as { ResponseCode?: unknown; Data?: unknown } | undefined;
  const code = numberOf(read?.ResponseCode);
  return Number.isInteger(code) ? { kind: "told", code, text: read?.Data } : NO_JSON;
}

function writeGuest({ ueMac, ueIp, proxy }: RuckusGuest): object {
  return {
    "UE-MAC": ueMac,
    ...(ueIp !== null && { "UE-IP": ueIp }),
    ...(proxy !== null && { "UE-Proxy": proxy }),
  };
}

type Told = { kind: "told"; code: number; text: unknown } | Failed;

const UNAUTHORISED = "100 client unauthorised";

/** The codes that say no, in the words of the document's table. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [100, UNAUTHORISED],
  [301, "301 login failed"],
  [302, "302 bad request"],
  [303, "303 version not supported"],
  [304, "304 command not supported"],
  [305, "305 category not supported"],
  [306, "306 wrong request password"],
]);

function judge(told: Told): Outcome | { kind: "pending" } {
  if (told.kind !== "told") return told;
  const { code } = told;
  if (code === 101 || code === 200 || code === 201) return { kind: "done" };
  if (code === 202) return { kind: "pending" };
  if (code === 300) return { kind: "not-listed" };
  const reason = REFUSALS.get(code);
  if (reason) return { kind: "refused", reason };
  if (code === 400) return { kind: "unreachable", reason: "400 internal server error" };
  if (code === 401) return { kind: "unreachable", reason: "401 its RADIUS does not answer" };
  return { kind: "refused", reason: `code ${code}` };
}
