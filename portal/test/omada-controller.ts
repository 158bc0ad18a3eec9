import { randomBytes } from "node:crypto";
import {
  type Certificate,
  type ControllerServer,
  type Got,
  openControllerServer,
  type Reply,
} from "./controller-server.ts";

export const OMADA_ID = "0123456789abcdef0123456789abcdef";
export const OMADA_OPERATOR = { username: "foyer-operator", password: "of the hotspot" };
export const OMADA_APP = { clientId: "an-app", clientSecret: "the-secret-of-the-app" };

type Device = { ip: string; authStatus: number; trafficUp: number; trafficDown: number };

export type OmadaController = ControllerServer & {
  /** By MAC, as it writes them. */
  devices: Map<string, Device>;
  /** Sessions of the operator that hold, by cookie value: their tokens. */
  sessions: Map<string, string>;
  accessTokens: Set<string>;
};

export type OmadaRelease = "4.4" | "5.9" | "5.12" | "6.2";

const HAS_OPEN_API: ReadonlySet<OmadaRelease> = new Set(["5.12", "6.2"]);

/** An Omada controller's hotspot and Open API, written from TP-Link's documents. */
export async function openOmadaController(
  release: OmadaRelease = "5.12",
  certificate?: Certificate | null,
): Promise<OmadaController> {
  const state = {
    devices: new Map<string, Device>(),
    sessions: new Map<string, string>(),
    accessTokens: new Set<string>(),
  };
  const server = await openControllerServer((got) => answer(state, release, got), certificate);
  return Object.assign(server, state);
}

type State = Pick<OmadaController, "devices" | "sessions" | "accessTokens">;

const said = (errorCode: number, result?: unknown): Reply => ({
  body: {
    errorCode,
    msg: errorCode === 0 ? "Success." : "as it says it",
    ...(result ? { result } : {}),
  },
});

function answer(state: State, release: OmadaRelease, got: Got): Reply {
  const base = release === "4.4" ? "/api/v2/hotspot" : `/${OMADA_ID}/api/v2/hotspot`;
  if (got.path === `${base}/login`) return logIn(state, release, got);
  if (got.path === `${base}/extPortal/auth`) return authorise(state, release, got);
  if (HAS_OPEN_API.has(release) && got.path.startsWith("/openapi/"))
    return answerOpenApi(state, got);
  return { status: 404, body: "<html>not found</html>" };
}

const cookieName = (release: OmadaRelease) =>
  HAS_OPEN_API.has(release) ? "TPOMADA_SESSIONID" : "TPEAP_SESSIONID";

function logIn({ sessions }: State, release: OmadaRelease, { body }: Got): Reply {
  const { username, password } = OMADA_OPERATOR;
  if (body?.name !== username || body?.password !== password) return said(-30109);
  const [id, token] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  sessions.set(id, token);
  const headers = { "set-cookie": `${cookieName(release)}=${id}; Path=/; Secure; HttpOnly` };
  return { ...said(0, { token }), headers };
}

const COMMON = ["authType", "clientMac", "site", "time"];
/** What 6.2.10 does not go without (document 132060), and others are told where their redirect names an address. */
const NEWER = ["clientIp", "originUrl"];
const FORMS = [
  [...COMMON, "apMac", "radioId", "ssidName"],
  [...COMMON, "gatewayMac", "vid"],
].map((names) => names.toSorted().join());

function authorise({ devices, sessions }: State, release: OmadaRelease, got: Got): Reply {
  const id = new RegExp(`(?:^|; )${cookieName(release)}=([^;]+)`).exec(
    got.headers.cookie ?? "",
  )?.[1];
  const token = release === "4.4" ? got.query.get("token") : got.headers["csrf-token"];
  if (id === undefined || sessions.get(id) !== token) return said(-1200);
  const body = got.body ?? {};
  const names = Object.keys(body).filter((name) => !NEWER.includes(name));
  if (!FORMS.includes(names.toSorted().join()) || body.authType !== 4) return said(-1001);
  if (release === "6.2" && !NEWER.every((name) => name in body)) return said(-1001);
  const device = devices.get(String(body.clientMac));
  if (!device) return said(-41501);
  device.authStatus = 2;
  return said(0);
}

function answerOpenApi({ devices, accessTokens }: State, got: Got): Reply {
  if (got.path === "/openapi/authorize/token") {
    const { omadacId, client_id, client_secret } = got.body ?? {};
    const isRight =
      omadacId === OMADA_ID &&
      client_id === OMADA_APP.clientId &&
      client_secret === OMADA_APP.clientSecret &&
      got.query.get("grant_type") === "client_credentials";
    if (!isRight) return said(-44106);
    const accessToken = `AT-${randomBytes(12).toString("hex")}`;
    accessTokens.add(accessToken);
    return said(0, { accessToken, tokenType: "bearer", expiresIn: 7200, refreshToken: "RT-1" });
  }
  const token = /^AccessToken=(.+)$/.exec(got.headers.authorization ?? "")?.[1] ?? "";
  if (!accessTokens.has(token)) return said(-44113);
  const site = `/openapi/v1/${OMADA_ID}/sites/site-1`;
  if (got.path === `${site}/clients`) {
    const page = Number(got.query.get("page"));
    const size = Number(got.query.get("pageSize"));
    const all = [...devices].map(([mac, device]) => ({ mac, guest: true, ...device }));
    const shown = all.slice((page - 1) * size, page * size);
    return said(0, { totalRows: all.length, currentPage: page, currentSize: size, data: shown });
  }
  const mac = new RegExp(`^${site}/hotspot/clients/([0-9A-F-]+)/unauth$`).exec(got.path)?.[1];
  const device = devices.get(mac ?? "");
  if (!device) return said(-41006);
  device.authStatus = 1;
  return said(0);
}
