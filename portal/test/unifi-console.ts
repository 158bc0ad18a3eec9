import { randomBytes } from "node:crypto";
import {
  type Certificate,
  type ControllerServer,
  type Got,
  openControllerServer,
  type Reply,
} from "./controller-server.ts";

export const UNIFI_LOG_IN = { username: "foyer", password: "a password of the console" };
export const UNIFI_KEY = "an-api-key-of-the-console";
export const SITE_ID = "88f7af54-98f8-306a-a1c7-c9349722b1f6";

/** A device as both APIs list it. */
export type Station = {
  mac: string;
  ip: string;
  isAuthorised: boolean;
  rxBytes: number;
  txBytes: number;
};

export type UnifiConsole = ControllerServer & {
  stations: Map<string, Station>;
  /** Sessions that hold, by cookie value: their CSRF tokens. */
  sessions: Map<string, string>;
  /** The Integration API lists nobody for so many more questions. */
  emptyListings: number;
  /** Where the log-in says the CSRF token: in a header, or in the cookie's JWT alone. */
  csrfIn: "header" | "jwt";
  /** Each answer brings a new CSRF token, and the old one is worth nothing. */
  renewsCsrf: boolean;
};

/**
 * A UniFi console as far as its hotspot goes, written from the documents: `unifi-os` behind its proxy,
 * or a `controller` from before it. MACs are written as the console writes them.
 */
export async function openUnifiConsole(
  flavour: "unifi-os" | "controller" = "unifi-os",
  certificate?: Certificate | null,
): Promise<UnifiConsole> {
  const state = {
    stations: new Map<string, Station>(),
    sessions: new Map<string, string>(),
    emptyListings: 0,
    csrfIn: "header" as "header" | "jwt",
    renewsCsrf: false,
  };
  const at = { current: state };
  const server = await openControllerServer(
    (got) =>
      flavour === "unifi-os" ? answerAsOs(at.current, got) : answerAsController(at.current, got),
    certificate,
  );
  const opened = Object.assign(server, state);
  at.current = opened;
  return opened;
}

type State = Pick<
  UnifiConsole,
  "stations" | "sessions" | "emptyListings" | "csrfIn" | "renewsCsrf"
>;

const refusal = (status: number, msg: string): Reply => ({
  status,
  body: { meta: { rc: "error", msg }, data: [] },
});

function answerAsOs(state: State, got: Got): Reply {
  if (got.path === "/") return { body: "<!doctype html><title>UniFi OS</title>" };
  if (got.path === "/api/auth/login") return logInToOs(state, got);
  const integration = /^\/proxy\/network\/integration\/v1(\/.*)$/.exec(got.path)?.[1];
  if (integration) return answerIntegration(state, got, integration);
  const path = /^\/proxy\/network(\/api\/s\/.*)$/.exec(got.path)?.[1];
  if (!path) return { status: 404 };
  const token = /(?:^|; )TOKEN=([^;]+)/.exec(got.headers.cookie ?? "")?.[1] ?? "";
  const csrf = state.sessions.get(token);
  if (csrf === undefined) return { status: 401, body: { code: 401, message: "Unauthorized" } };
  if (got.method === "POST" && got.headers["x-csrf-token"] !== csrf)
    return { status: 403, body: "<html><title>403 Forbidden</title><hr>nginx</html>" };
  const reply = answerClassic(state, got, path);
  if (!state.renewsCsrf) return reply;
  const renewed = randomBytes(16).toString("hex");
  state.sessions.set(token, renewed);
  return { ...reply, headers: { ...reply.headers, "x-updated-csrf-token": renewed } };
}

function isRightLogIn({ body }: Got): boolean {
  return body?.username === UNIFI_LOG_IN.username && body?.password === UNIFI_LOG_IN.password;
}

function logInToOs(state: State, got: Got): Reply {
  if (!isRightLogIn(got))
    return { status: 403, body: { code: "AUTHENTICATION_FAILED_INVALID_CREDENTIALS" } };
  const csrfToken = randomBytes(16).toString("hex");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "HS256" })}.${part({ csrfToken, jti: state.sessions.size })}.sig`;
  state.sessions.set(token, csrfToken);
  const headers: Record<string, string> = {
    "set-cookie": `TOKEN=${token}; path=/; secure; httponly`,
  };
  if (state.csrfIn === "header") headers["x-csrf-token"] = csrfToken;
  return { headers, body: { unique_id: "u", username: "foyer" } };
}

function answerAsController(state: State, got: Got): Reply {
  if (got.path === "/") return { status: 302, headers: { location: "/manage" } };
  if (got.path === "/api/login") {
    if (!isRightLogIn(got)) return refusal(400, "api.err.Invalid");
    const id = randomBytes(16).toString("hex");
    state.sessions.set(id, "");
    const cookies = [`unifises=${id}; Path=/; Secure; HttpOnly`, "csrf_token=x; Path=/; Secure"];
    return { headers: { "set-cookie": cookies }, body: { meta: { rc: "ok" }, data: [] } };
  }
  const id = /(?:^|; )unifises=([^;]+)/.exec(got.headers.cookie ?? "")?.[1] ?? "";
  if (!state.sessions.has(id)) return refusal(401, "api.err.LoginRequired");
  return answerClassic(state, got, got.path);
}

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

function answerClassic({ stations }: State, { method, body }: Got, path: string): Reply {
  const ok = (data: unknown[]): Reply => ({ body: { meta: { rc: "ok" }, data } });
  if (!path.startsWith("/api/s/default/")) return refusal(401, "api.err.NoSiteContext");
  if (method === "GET" && path.endsWith("/stat/sta"))
    return ok(
      [...stations.values()].map((each) => ({
        ...{ mac: each.mac, ip: each.ip, is_guest: true, authorized: each.isAuthorised },
        ...{ rx_bytes: each.rxBytes, tx_bytes: each.txBytes },
      })),
    );
  if (!path.endsWith("/cmd/stamgr")) return refusal(404, "api.err.NotFound");
  const mac = String(body?.mac ?? "");
  if (!MAC.test(mac)) return refusal(400, "api.err.InvalidMac");
  const station = stations.get(mac);
  switch (body?.cmd) {
    case "authorize-guest":
      // It takes devices that it has not seen yet as well.
      if (station) station.isAuthorised = true;
      return ok([{ mac, authorized_by: "api" }]);
    case "unauthorize-guest":
      if (station) station.isAuthorised = false;
      return ok([]);
    case "kick-sta":
      stations.delete(mac);
      return ok([]);
    default:
      return refusal(400, "api.err.UnknownCommand");
  }
}

function answerIntegration(state: State, got: Got, path: string): Reply {
  const failure = (statusCode: number): Reply => ({
    status: statusCode,
    body: { statusCode, statusName: "ERROR", message: "as the API says it" },
  });
  if (got.headers["x-api-key"] !== UNIFI_KEY) return failure(401);
  const page = (data: object[]): Reply => {
    const offset = Number(got.query.get("offset") ?? 0);
    const limit = Number(got.query.get("limit") ?? 25);
    if (limit > 200) return failure(400);
    const shown = data.slice(offset, offset + limit);
    return { body: { offset, limit, count: shown.length, totalCount: data.length, data: shown } };
  };
  if (path === "/sites")
    return page([
      { id: "00000000-0000-4000-8000-000000000000", internalReference: "other", name: "Other" },
      { id: SITE_ID, internalReference: "default", name: "Default" },
    ]);
  const clients = `/sites/${SITE_ID}/clients`;
  if (path === clients) return page(listDevices(state, got.query.get("filter") ?? ""));
  const id = new RegExp(`^${clients}/([0-9a-f]+)/actions$`).exec(path)?.[1];
  const station = [...state.stations.values()].find((each) => idOf(each) === id);
  if (!station) return failure(404);
  return act(station, got.body ?? {}) ?? failure(400);
}

const idOf = ({ mac }: Station) => mac.replaceAll(":", "");

function listDevices(state: State, filter: string): object[] {
  if (state.emptyListings > 0) {
    state.emptyListings -= 1;
    return [];
  }
  const mac = /^macAddress\.eq\('([^']+)'\)$/.exec(filter)?.[1];
  return [...state.stations.values()]
    .filter((each) => mac === undefined || each.mac === mac)
    .map((each) => ({
      ...{ type: "WIRELESS", id: idOf(each), macAddress: each.mac, ipAddress: each.ip },
      access: { type: "GUEST", authorized: each.isAuthorised },
    }));
}

/** Null: out of the bounds that the API documents. */
function act(station: Station, body: Record<string, unknown>): Reply | null {
  const isWithin = (name: string, min: number, max: number) => {
    const value = body[name];
    return (
      value === undefined ||
      (Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
    );
  };
  const fits =
    isWithin("timeLimitMinutes", 1, 1_000_000) &&
    isWithin("dataUsageLimitMBytes", 1, 1_048_576) &&
    isWithin("rxRateLimitKbps", 2, 100_000) &&
    isWithin("txRateLimitKbps", 2, 100_000);
  if (!fits) return null;
  station.isAuthorised = body.action === "AUTHORIZE_GUEST_ACCESS";
  return { body: { action: body.action, grantedAuthorization: {} } };
}
