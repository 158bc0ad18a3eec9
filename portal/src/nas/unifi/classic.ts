import type { UnifiNas } from "@foyer/contract";
import { type Answer, type ControllerLine, readJson } from "../controller/line.ts";
import {
  judgeStatus,
  type ListedDevice,
  type Listing,
  NO_JSON,
  type Outcome,
} from "../controller/outcome.ts";
import { textOf } from "../controller/told.ts";
import { normaliseMac } from "../mac.ts";
import type { UnifiGrant } from "./rules.ts";
import { openUnifiSession } from "./session.ts";

export type UnifiClassic = {
  authorise(grant: UnifiGrant): Promise<Outcome>;
  unauthorise(mac: string): Promise<Outcome>;
  /** Cuts the device off the Wi-Fi, so that it joins anew. */
  kick(mac: string): Promise<Outcome>;
  listGuests(): Promise<Listing>;
};

/**
 * The API that UniFi's own pages use, as the community documents it: a session by cookie, and all
 * that concerns stations through `cmd/stamgr`.
 */
export function openUnifiClassic(options: {
  line: ControllerLine;
  site: string;
  logIn: NonNullable<UnifiNas["logIn"]>;
  clock: () => Date;
}): UnifiClassic {
  const { site } = options;
  const session = openUnifiSession(options);
  const ask = async (method: "GET" | "POST", path: string, body?: object): Promise<Told> => {
    const answer = await session.ask(method, path, body);
    return answer.kind === "answer" ? readAnswer(answer) : answer;
  };
  const command = async (body: object): Promise<Outcome> => {
    const told = await ask("POST", `/api/s/${site}/cmd/stamgr`, body);
    return told.kind === "told" ? { kind: "done" } : told;
  };
  return {
    authorise: (grant) => command({ cmd: "authorize-guest", ...writeGrant(grant) }),
    unauthorise: (mac) => command({ cmd: "unauthorize-guest", mac: writeMac(mac) }),
    kick: (mac) => command({ cmd: "kick-sta", mac: writeMac(mac) }),
    async listGuests() {
      // Not `stat/sta/<mac>`: Network 10.6 answers 400 to it (PacketFence #9260).
      const told = await ask("GET", `/api/s/${site}/stat/sta`);
      if (told.kind !== "told") return told;
      return { kind: "listed", devices: told.rows.flatMap(readStation) };
    },
  };
}

/** Lower case and colons: anything else is refused (api.err.InvalidMac). */
export const writeMac = (mac: string): string => mac.replaceAll("-", ":").toLowerCase();

function writeGrant(grant: UnifiGrant): object {
  const { mac, apMac, minutes, uploadKbps, downloadKbps, megabytes } = grant;
  return {
    mac: writeMac(mac),
    minutes,
    ...(uploadKbps !== null && { up: uploadKbps }),
    ...(downloadKbps !== null && { down: downloadKbps }),
    ...(megabytes !== null && { bytes: megabytes }),
    // It takes hold sooner when the access point need not be searched for.
    ...(apMac !== null && { ap_mac: writeMac(apMac) }),
  };
}

function readStation(row: unknown): ListedDevice[] {
  const station = (row ?? {}) as Record<string, unknown>;
  const mac = normaliseMac(textOf(station.mac));
  if (mac === null || station.is_guest !== true) return [];
  const count = (value: unknown) => (typeof value === "number" && value >= 0 ? value : null);
  return [
    {
      mac,
      ip: typeof station.ip === "string" ? station.ip : null,
      isAuthorised: station.authorized === true,
      // Of the association, which may be older than the grant.
      connectedSeconds: null,
      // As the access point sees it: it receives what the guest sends.
      uploadBytes: count(station.rx_bytes),
      downloadBytes: count(station.tx_bytes),
    },
  ];
}

type Told = { kind: "told"; rows: unknown[] } | Extract<Outcome, { reason: string }>;

/** `{"meta":{"rc":"ok"},"data":[…]}`, or rc `error` with a msg such as api.err.InvalidMac. */
function readAnswer(answer: Answer): Told {
  const read = readJson(answer.text) as { meta?: { rc?: unknown; msg?: unknown }; data?: unknown };
  const meta = read?.meta;
  if (meta?.rc === "error") {
    const told = textOf(meta.msg);
    return { kind: "refused", reason: /^api\.err\.\w{1,60}$/.test(told) ? told : "an error" };
  }
  if (answer.status !== 200) return judgeStatus(answer);
  if (meta?.rc !== "ok") return NO_JSON;
  return { kind: "told", rows: Array.isArray(read.data) ? read.data : [] };
}
