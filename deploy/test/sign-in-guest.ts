import { randomBytes } from "node:crypto";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { RadiusLink } from "@foyer/gateway";
import { describeSession, describeStation } from "@foyer/gateway";
import { attribute, codes } from "@foyer/radius";
import type { Session, Station } from "../demo/stations.ts";
import { readCredentials, signRedirect } from "../demo/uam.ts";
import type { SignInBox } from "./sign-in-box.ts";

/** What a guest does on the way online, in this order. */
export const STEPS = [
  ...(["first-page", "number", "code-page", "code", "details-page", "details"] as const),
  ...(["nas-log-in", "online-page"] as const),
];
export type StepName = (typeof STEPS)[number];
/** Told of each step's time, in milliseconds. */
export type Tell = (step: StepName, milliseconds: number) => void;

export type Walk = {
  box: Omit<SignInBox, "close">;
  /** The NAS's end of RADIUS. */
  link: RadiusLink;
  tell: Tell;
  /** How long a guest reads and types before each step, in milliseconds. */
  pauseMs: () => number;
};

const FORM = "application/x-www-form-urlencoded";

/** Guest number `at` signs in by phone, from the NAS's redirect to "you're online". */
export async function walkOnline(walk: Walk, at: number): Promise<Online> {
  const { box, tell, pauseMs } = walk;
  const browser = openBrowser(box.portalOrigin);
  const station = makeStation(at);
  const phone = phoneOf(at);
  const time = async <T>(step: StepName, work: () => Promise<T>): Promise<T> => {
    await pause(pauseMs());
    const begun = performance.now();
    const result = await work();
    tell(step, performance.now() - begun);
    return result;
  };
  const first = await time("first-page", () => browser.get(redirectOf(box, station)));
  const terms = /name="terms" value="([^"]+)"/.exec(first.html())?.[1] ?? "";
  const atCode = await time("number", () => browser.post("/phone", first, { phone, terms }));
  const code = await box.takeCode(`+84${phone.slice(1)}`);
  const codePage = await time("code-page", () => browser.get(atCode.location));
  const atDetails = await time("code", () => browser.post("/code", codePage, { code }));
  const details = await time("details-page", () => browser.get(atDetails.location));
  const back = await time("details", () => browser.post("/details", details, { name: "Lan" }));
  const session = sessionOf(station, "");
  const landing = await time("nas-log-in", () => logIn(walk, { station, session }, back.location));
  const online = await time("online-page", () => browser.get(landing));
  if (!online.html().includes('class="mark draw"'))
    throw new Error(`guest ${at} is not online: ${online.status} ${online.html().slice(-400)}`);
  browser.close();
  return { station, session };
}

export type Online = { station: Station; session: Session };

/** As people there write it. */
export const phoneOf = (at: number): string => `09${String(20_000_000 + at)}`;

type Answer = { status: number; location: string; html: () => string };

/** A browser with one connection, as a phone's: it takes gzip and keeps nothing. */
function openBrowser(origin: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (path: string, body: string | null): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const url = new URL(path, origin);
    const headers = { "accept-encoding": "gzip, deflate", "accept-language": "vi-VN,vi;q=0.9" };
    const form = body === null ? {} : { "content-type": FORM };
    const options = { agent, method: body === null ? "GET" : "POST" };
    const asked = request(url, { ...options, headers: { ...headers, ...form } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      response.on("end", () => resolve(readAnswer(response, Buffer.concat(chunks))));
    });
    asked.on("error", reject).end(body ?? undefined);
    return promise;
  };
  return {
    get: (path: string) => send(path, null),
    async post(path: string, page: Answer, fields: Record<string, string>) {
      const c = /name="c" value="([^"]+)"/.exec(page.html())?.[1] ?? "";
      const answer = await send(path, new URLSearchParams({ c, ...fields }).toString());
      if (answer.location === "")
        throw new Error(`${path} leads nowhere: ${answer.status} ${answer.html().slice(-400)}`);
      return answer;
    },
    close: () => agent.destroy(),
  };
}

/** What is not timed is read when it is asked for. */
function readAnswer({ statusCode = 0, headers }: IncomingMessage, bytes: Buffer): Answer {
  const isZipped = headers["content-encoding"] === "gzip";
  return {
    status: statusCode,
    location: headers.location ?? "",
    html: () => (isZipped ? gunzipSync(bytes) : bytes).toString(),
  };
}

export function makeStation(at: number): Station {
  const hex = (octet: number) => octet.toString(16).padStart(2, "0").toUpperCase();
  return {
    mac: `AC-00-5E-${hex(at >> 16)}-${hex((at >> 8) & 255)}-${hex(at & 255)}`,
    ip: `10.10.${(at >> 8) & 255}.${at & 255}`,
    challenge: randomBytes(16).toString("hex"),
    nextSessionId: randomBytes(8).toString("hex"),
    session: null,
    wasMacTried: false,
  };
}

function redirectOf({ nas, secrets }: Walk["box"], { mac, ip, challenge }: Station): string {
  const { hostname, port } = new URL(nas.origin);
  const url = signRedirect(
    nas.uamServer,
    Object.entries({
      ...{ res: "notyet", uamip: hostname, uamport: port, challenge, mac, ip },
      nasid: nas.identifier,
    }),
    secrets.uam,
  );
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** As a NAS does with what the browser brings: RADIUS decides, and hears of the session's start. */
async function logIn(
  { box, link }: Walk,
  { station, session }: Online,
  url: string,
): Promise<string> {
  const query = new URL(url).searchParams;
  const given = readCredentials(query, station.challenge, box.secrets.uam);
  if (given.kind !== "chap") throw new Error(`the way back is no answer to a challenge: ${url}`);
  const where = describeStation(identityOf(box), station);
  const asked = [
    ...[attribute("User-Name", given.username), attribute("CHAP-Password", given.answer)],
    ...[attribute("CHAP-Challenge", given.challenge), ...where],
  ];
  const reply = await link.askAccess(asked, null);
  if (reply?.code !== codes.accessAccept)
    throw new Error(`radius answered ${reply?.code ?? "nothing"}`);
  session.username = given.username;
  const start = describeSession(session, { status: "start", now: new Date() });
  if (!(await link.sendAccounting([...start, ...where])))
    throw new Error("radius answered no start of a session");
  return query.get("userurl") ?? "";
}

export const identityOf = ({ nas }: Walk["box"]) => ({
  ...{ nasIdentifier: nas.identifier, address: "127.0.0.1" },
  calledStationId: "02-F0-0E-00-00-01:Foyer",
});

export const sessionOf = ({ nextSessionId: id }: Station, username: string): Session => ({
  ...{ id, username, byMac: false, startedAt: new Date(), className: null, interimSeconds: 60 },
  limits: {
    sessionSeconds: null,
    idleSeconds: null,
    totalBytes: null,
    uploadKbps: null,
    downloadKbps: null,
  },
  ...{ uploadBytes: 0, downloadBytes: 0, interimTimer: null, endTimer: null },
});
