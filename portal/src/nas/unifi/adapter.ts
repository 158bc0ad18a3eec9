import { createHash } from "node:crypto";
import type { Nas, UnifiNas } from "@foyer/contract";
import type { Arrival, HandOffRequest, NasAdapter, Reading } from "../adapter.ts";
import { letInOf } from "../controller/outcome.ts";
import { normaliseMac } from "../mac.ts";
import { checkCameBy, plainAddress } from "../trust.ts";
import { writeLimits } from "./rules.ts";

/** UniFi's hotspot: it leads guests to a path that is fixed, and is told of them by its API. */
export const unifi: NasAdapter = {
  kind: "unifi",
  accounting: "portal",
  recognises: (query) => query.has("id") && query.has("ap") && query.has("t"),
  read,
  canHandBack: ({ state }) => state === "asks",
  handBack(arrival, nas) {
    checkCameBy(nas, arrival);
    return { kind: "wait" };
  },
  async letIn(arrival, nas, grant, { controllers }) {
    const apMac = arrival.handBack.apMac ?? null;
    const limits = writeLimits(grant.limits);
    const client = controllers.unifi(unifiOf(nas));
    return letInOf(await client.authorise({ mac: arrival.mac, apMac, ...limits }));
  },
  logOutUrl: () => null,
  putOut: ({ mac }, nas, { controllers }) => controllers.unifi(unifiOf(nas)).unauthorise(mac),
  listDevices: (nas, { controllers }) => controllers.unifi(unifiOf(nas)).listGuests(),
  sessionIdOf: ({ handBack }) => handBack.sessionId ?? null,
};

/** `/guest/s/<site>/?ap=…&id=…&t=…&url=…&ssid=…`: nothing of it is signed. */
function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const [path = ""] = request.rawUrl.split("?", 1);
  const site = /^\/guest\/s\/([A-Za-z0-9_-]{1,64})\/?$/.exec(path)?.[1];
  if (site === undefined) return refuse("the path is not /guest/s/<site>/");
  const nas = nasList.find((each) => each.kind === "unifi" && each.site === site);
  if (!nas) return refuse("no NAS of kind unifi is registered for this site");
  const { query } = request;
  const mac = normaliseMac(query.get("id") ?? "");
  if (mac === null) return refuse("id is not a MAC address");
  const asked = `${nas.id}/${mac}/${query.get("t")}`;
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "unifi",
    mac,
    // It does not say; behind a NAS that translates addresses it is not the guest's.
    ip: plainAddress(request.remoteAddress),
    proof: null,
    state: "asks",
    failure: null,
    originalUrl: query.get("url") || null,
    handBack: {
      apMac: normaliseMac(query.get("ap") ?? ""),
      // The console gives a session no name: one for each time that it led the guest here.
      sessionId: createHash("sha256").update(asked).digest("hex").slice(0, 32),
    },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

function unifiOf(nas: Nas): UnifiNas {
  if (nas.kind !== "unifi") throw new Error(`NAS ${nas.id} is of kind ${nas.kind}, not unifi`);
  return nas;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
