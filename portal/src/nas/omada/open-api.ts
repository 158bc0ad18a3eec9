import type { OmadaNas } from "@foyer/contract";
import type { ControllerLine } from "../controller/line.ts";
import type { ListedDevice, Listing, Outcome } from "../controller/outcome.ts";
import { NO_JSON } from "../controller/outcome.ts";
import { numberOf, textOf } from "../controller/told.ts";
import { normaliseMac } from "../mac.ts";
import { type OmadaTold, readAnswer } from "./hotspot.ts";

type Failed = Extract<Outcome, { reason: string }>;
type Row = Record<string, unknown>;

const PAGE_ENTRIES = 500;
const PAGES_MAX = 20;
/** Renewed a little before its end, so that none ends under way. */
const TOKEN_MARGIN_SECONDS = 60;
/** Of the Open API's error codes: the access token is over, or is none. */
const TOKEN_OVER = new Set(["errorCode -44112", "errorCode -44113", "it refuses (401)"]);
/** Of unauth: there is no such client any more, or it is being put out already. */
const OUT_ALREADY = new Set(["errorCode -41006", "errorCode -41019"]);
/** authStatus of a device that is led to the portal; 2 is let in, 0 and 3 need not be. */
const PENDING = 1;

export type OmadaOpenApi = {
  unauthorise(mac: string): Promise<Outcome>;
  listGuests(): Promise<Listing>;
};

/** Omada's Open API (5.12 and later) under an app in client mode: who is online, and who no more. */
export function openOmadaOpenApi(options: {
  line: ControllerLine;
  omadacId: string;
  siteId: string;
  app: NonNullable<OmadaNas["openApi"]>;
  clock: () => Date;
}): OmadaOpenApi {
  const { line, omadacId, siteId } = options;
  const tokens = openTokens(options);
  const base = `/openapi/v1/${omadacId}/sites/${encodeURIComponent(siteId)}`;
  const ask = async (method: "GET" | "POST", path: string): Promise<OmadaTold> => {
    for (const isLast of [false, true]) {
      const token = await tokens.get();
      if (typeof token !== "string") return token;
      const headers = { authorization: `AccessToken=${token}` };
      const told = readAnswer(await line.ask({ method, path: `${base}${path}`, headers }));
      if (isLast || told.kind !== "refused" || !TOKEN_OVER.has(told.reason)) return told;
      tokens.drop(token);
    }
    return NO_JSON;
  };
  return {
    async unauthorise(mac) {
      // Upper case and dashes, as it lists them.
      const told = await ask("POST", `/hotspot/clients/${mac}/unauth`);
      if (told.kind === "refused" && OUT_ALREADY.has(told.reason)) return { kind: "done" };
      return told.kind === "told" ? { kind: "done" } : told;
    },
    async listGuests() {
      const devices: ListedDevice[] = [];
      for (let page = 1, seen = 0; page <= PAGES_MAX; page += 1) {
        const told = await ask("GET", `/clients?page=${page}&pageSize=${PAGE_ENTRIES}`);
        if (told.kind !== "told") return told;
        const { data, totalRows } = (told.result ?? {}) as { data?: unknown; totalRows?: unknown };
        if (!Array.isArray(data)) return NO_JSON;
        // One by one: as arguments a long list would not fit the stack.
        for (const device of (data as Row[]).flatMap(readDevice)) devices.push(device);
        seen += data.length;
        if (data.length === 0 || !(seen < numberOf(totalRows))) break;
      }
      return { kind: "listed", devices };
    },
  };
}

/** The app's access token (OAuth 2.0, client credentials), asked for when it is needed. */
function openTokens({
  line,
  omadacId,
  app,
  clock,
}: {
  line: ControllerLine;
  omadacId: string;
  app: NonNullable<OmadaNas["openApi"]>;
  clock: () => Date;
}) {
  let kept: { token: string; until: number } | null = null;
  return {
    async get(): Promise<string | Failed> {
      const now = clock().getTime();
      if (kept && now < kept.until) return kept.token;
      const { clientId: client_id, clientSecret: client_secret } = app;
      const path = "/openapi/authorize/token?grant_type=client_credentials";
      const body = { omadacId, client_id, client_secret };
      const told = readAnswer(await line.ask({ method: "POST", path, body }));
      if (told.kind === "refused") return { ...told, reason: `the app is refused: ${told.reason}` };
      if (told.kind !== "told") return told;
      const { accessToken, expiresIn } = (told.result ?? {}) as Row;
      if (typeof accessToken !== "string" || !/^[\x21-\x7e]{1,2000}$/.test(accessToken))
        return NO_JSON;
      const seconds = Math.max(numberOf(expiresIn) - TOKEN_MARGIN_SECONDS || 0, 0);
      kept = { token: accessToken, until: now + seconds * 1000 };
      return accessToken;
    },
    drop(token: string) {
      if (kept?.token === token) kept = null;
    },
  };
}

function readDevice(row: Row | null): ListedDevice[] {
  const mac = normaliseMac(textOf(row?.mac));
  if (row === null || mac === null) return [];
  const count = (value: unknown) => (typeof value === "number" && value >= 0 ? value : null);
  return [
    {
      mac,
      ip: typeof row.ip === "string" ? row.ip : null,
      isAuthorised: row.authStatus !== PENDING,
      connectedSeconds: null,
      uploadBytes: count(row.trafficUp),
      downloadBytes: count(row.trafficDown),
    },
  ];
}
