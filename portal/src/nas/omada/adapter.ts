import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { Nas, OmadaNas } from "@foyer/contract";
import type { Arrival, HandOffRequest, NasAdapter, Reading } from "../adapter.ts";
import { letInOf } from "../controller/outcome.ts";
import { normaliseMac } from "../mac.ts";
import { checkCameBy, plainAddress } from "../trust.ts";
import { type OmadaPlace, writeAuth } from "./rules.ts";

/** Longer than any name that the controller writes. */
const FIELD_CHARACTERS_MAX = 128;

/**
 * TP-Link Omada with an external portal server: its controller is told of guests by its API. What the
 * redirect names goes back to it letter for letter; a `clientIp` that is no address goes for none.
 */
export const omada: NasAdapter = {
  kind: "omada",
  accounting: "portal",
  recognises: (query) =>
    query.has("clientMac") &&
    query.has("site") &&
    (query.has("apMac") || query.has("gatewayMac")) &&
    // With a RADIUS server of its own it leads guests otherwise.
    !query.has("target"),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && findPlace(handBack) !== null,
  handBack(arrival, nas) {
    checkCameBy(nas, arrival);
    return { kind: "wait" };
  },
  async letIn(arrival, nas, grant, { controllers }) {
    const place = findPlace(arrival.handBack);
    if (!place) throw new Error("This arrival brought no place to be let in at");
    const omadaNas = omadaOf(nas);
    const body = writeAuth(place, grant.limits, omadaNas.timeUnit);
    return letInOf(await controllers.omada(omadaNas).hotspot.authorise(body));
  },
  logOutUrl: () => null,
  putOut: ({ mac }, nas, { controllers }) =>
    controllers.omada(omadaOf(nas)).openApi?.unauthorise(mac) ?? null,
  listDevices: (nas, { controllers }) =>
    controllers.omada(omadaOf(nas)).openApi?.listGuests() ?? null,
  sessionIdOf: ({ handBack }) => handBack.sessionId ?? null,
};

function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const { query } = request;
  const site = query.get("site");
  const nas = nasList.find((each) => each.kind === "omada" && each.site === site);
  if (!nas) return refuse("no NAS of kind omada is registered for this site");
  const clientMac = query.get("clientMac") ?? "";
  const mac = normaliseMac(clientMac);
  if (mac === null) return refuse("clientMac is not a MAC address");
  const names = query.has("apMac") ? ["apMac", "ssidName", "radioId"] : ["gatewayMac", "vid"];
  const told = names.map((name) => [name, query.get(name)] as const);
  const missing = told.find(([, value]) => value === null || value.length > FIELD_CHARACTERS_MAX);
  if (missing) return refuse(`${missing[0]} is missing or too long`);
  const clientIp = query.get("clientIp");
  const asked = `${nas.id}/${mac}/${query.get("t")}`;
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "omada",
    mac,
    // Some releases say it; what the box sees is better.
    ip: plainAddress(request.remoteAddress),
    proof: null,
    state: "asks",
    failure: null,
    originalUrl: query.get("redirectUrl") || null,
    handBack: {
      ...{ clientMac, site, ...Object.fromEntries(told), ...(isAddress(clientIp) && { clientIp }) },
      sessionId: createHash("sha256").update(asked).digest("hex").slice(0, 32),
    },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

/** `isIP` takes a zone of any letters behind an address (RFC 4007 §11), which no controller writes. */
const isAddress = (text: string | null): text is string =>
  text !== null && isIP(text) !== 0 && !text.includes("%");

/** What the redirect said, letter for letter; null where the arrival is not of one. */
function findPlace(told: Arrival["handBack"]): OmadaPlace | null {
  const { clientMac, site, clientIp, apMac, ssidName, radioId, gatewayMac, vid } = told;
  if (!clientMac || !site) return null;
  const guest = { clientMac, site, ...(clientIp && { clientIp }) };
  if (apMac && ssidName && radioId)
    return { kind: "access-point", ...guest, apMac, ssidName, radioId };
  return gatewayMac && vid ? { kind: "gateway", ...guest, gatewayMac, vid } : null;
}

function omadaOf(nas: Nas): OmadaNas {
  if (nas.kind !== "omada") throw new Error(`NAS ${nas.id} is of kind ${nas.kind}, not omada`);
  return nas;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
