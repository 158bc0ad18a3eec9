import {
  type Answer,
  type Asked,
  type ControllerLine,
  readJson,
  type Unreachable,
} from "../controller/line.ts";
import {
  judgeStatus,
  type ListedDevice,
  type Listing,
  NO_JSON,
  type Outcome,
} from "../controller/outcome.ts";
import { numberOf, textOf } from "../controller/told.ts";
import { normaliseMac } from "../mac.ts";
import { writeMac } from "./classic.ts";
import type { UnifiGrant } from "./rules.ts";

const BASE = "/proxy/network/integration/v1";
/** The most a page of its lists holds. */
const PAGE_ENTRIES = 200;
/** A console with more sites or guests than this is read no further. */
const PAGES_MAX = 25;
/** A device that just joined is not listed for some seconds. */
const LOOKS_MAX = 3;
const LOOK_AGAIN_MS = 700;

type Failed = Extract<Outcome, { reason: string }>;

export type UnifiIntegration = {
  /** `not-listed` when the console does not know the device, also after a few looks. */
  authorise(grant: UnifiGrant): Promise<Outcome>;
  unauthorise(mac: string): Promise<Outcome>;
  listGuests(): Promise<Listing>;
};

/** UniFi's Integration API, of Network 9.1.105 and later. */
export function openUnifiIntegration({
  line,
  site,
  apiKey,
  pause,
}: {
  line: ControllerLine;
  /** As the redirect names it: the API calls it the site's internal reference. */
  site: string;
  apiKey: string;
  pause: (milliseconds: number) => Promise<void>;
}): UnifiIntegration {
  const headers = { "x-api-key": apiKey };
  const ask = (asked: Asked) => line.ask({ ...asked, headers });
  const list = (path: string, filter?: string) => listAll(ask, `${BASE}${path}`, filter);
  let siteId: string | null = null;

  const findSite = async (): Promise<string | Failed> => {
    if (siteId !== null) return siteId;
    const sites = await list("/sites");
    if (sites.kind !== "rows") return sites;
    const found = sites.rows.find((each) => each.internalReference === site || each.id === site);
    if (!found) return { kind: "refused", reason: "it has no site of this name" };
    siteId = idOf(found);
    return siteId ?? NO_JSON;
  };

  const findDevice = async (mac: string, looks: number): Promise<string | null | Failed> => {
    const wasKnown = siteId !== null;
    const found = await lookFor(mac, looks);
    // Another console, or a site that was made anew: then its id is looked up once more.
    const isStale = wasKnown && typeof found === "object" && found?.kind === "refused";
    if (!isStale) return found;
    siteId = null;
    return lookFor(mac, looks);
  };

  const lookFor = async (mac: string, looks: number): Promise<string | null | Failed> => {
    const at = await findSite();
    if (typeof at !== "string") return at;
    const filter = `macAddress.eq('${writeMac(mac)}')`;
    for (let look = 1; ; look += 1) {
      const found = await list(`/sites/${at}/clients`, filter);
      if (found.kind !== "rows") return found;
      const id = found.rows.map(idOf).find((each) => each !== null) ?? null;
      if (id !== null || look >= looks) return id;
      await pause(LOOK_AGAIN_MS);
    }
  };

  const act = async (mac: string, looks: number, body: object): Promise<Outcome> => {
    const device = await findDevice(mac, looks);
    if (device === null) return { kind: "not-listed" };
    if (typeof device !== "string") return device;
    const path = `${BASE}/sites/${siteId}/clients/${device}/actions`;
    const answer = await ask({ method: "POST", path, body });
    if (answer.kind === "unreachable") return answer;
    if (answer.status === 404) return { kind: "not-listed" };
    if (answer.status < 200 || answer.status > 299) return judgeAnswer(answer);
    return { kind: "done" };
  };

  return {
    authorise: (grant) =>
      act(grant.mac, LOOKS_MAX, { action: "AUTHORIZE_GUEST_ACCESS", ...writeGrant(grant) }),
    unauthorise: (mac) => act(mac, 1, { action: "UNAUTHORIZE_GUEST_ACCESS" }),
    async listGuests() {
      const at = await findSite();
      if (typeof at !== "string") return at;
      const told = await list(`/sites/${at}/clients`, "access.type.eq('GUEST')");
      if (told.kind === "refused") siteId = null;
      return told.kind === "rows"
        ? { kind: "listed", devices: told.rows.flatMap(readDevice) }
        : told;
    },
  };
}

function writeGrant(grant: UnifiGrant): object {
  const { minutes, megabytes, uploadKbps, downloadKbps } = grant;
  return {
    timeLimitMinutes: minutes,
    ...(megabytes !== null && { dataUsageLimitMBytes: megabytes }),
    // As the guest's device sees it: it receives what is downloaded.
    ...(downloadKbps !== null && { rxRateLimitKbps: downloadKbps }),
    ...(uploadKbps !== null && { txRateLimitKbps: uploadKbps }),
  };
}

type Row = Record<string, unknown>;
type Rows = { kind: "rows"; rows: Row[] } | Failed;

/** `{"offset":0,"limit":200,"count":1,"totalCount":1,"data":[…]}`, page by page. */
async function listAll(
  ask: (asked: Asked) => Promise<Answer | Unreachable>,
  path: string,
  filter: string | undefined,
): Promise<Rows> {
  const rows: Row[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({ offset: String(rows.length), limit: String(PAGE_ENTRIES) });
    if (filter !== undefined) query.set("filter", filter);
    const answer = await ask({ method: "GET", path: `${path}?${query}` });
    if (answer.kind === "unreachable") return answer;
    if (answer.status !== 200) return judgeAnswer(answer);
    const read = readJson(answer.text) as { data?: unknown; totalCount?: unknown } | undefined;
    if (!Array.isArray(read?.data)) return NO_JSON;
    const entries: readonly unknown[] = read.data;
    // One by one: as arguments a long list would not fit the stack.
    for (const row of entries) if (isRow(row)) rows.push(row);
    // Without a total that is a number, this page is the last.
    if (entries.length === 0 || !(rows.length < numberOf(read.totalCount))) break;
  }
  return { kind: "rows", rows };
}

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null;

/** Ids go into paths, so they are held to what an id is. */
function idOf(row: Row): string | null {
  const { id } = row;
  return typeof id === "string" && /^[\w-]{1,64}$/.test(id) ? id : null;
}

function readDevice(row: Row): ListedDevice[] {
  const mac = normaliseMac(textOf(row.macAddress));
  if (mac === null) return [];
  const access = isRow(row.access) ? row.access : {};
  return [
    {
      mac,
      ip: typeof row.ipAddress === "string" ? row.ipAddress : null,
      isAuthorised: access.authorized === true,
      connectedSeconds: null,
      uploadBytes: null,
      downloadBytes: null,
    },
  ];
}

function judgeAnswer(answer: Answer): Failed {
  if (answer.status === 401 || answer.status === 403)
    return { kind: "refused", reason: `the API key is refused (${answer.status})` };
  return judgeStatus(answer);
}
