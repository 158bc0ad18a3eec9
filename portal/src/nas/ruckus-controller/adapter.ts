import { createHash } from "node:crypto";
import type { Nas, RuckusControllerNas, RuckusOneNas } from "@foyer/contract";
import type { Arrival, HandOffRequest, NasAdapter, NasTools, Reading } from "../adapter.ts";
import { letInOf } from "../controller/outcome.ts";
import { normaliseMac } from "../mac.ts";
import { checkCameBy, comesFromGuest } from "../trust.ts";
import type { RuckusGuest } from "./client.ts";

/** How the controller begins what it has encrypted. */
const ENCRYPTED = /^ENC[0-9A-Fa-f]{8,256}$/;

/**
 * Ruckus SmartZone, vSZ and RUCKUS One: the controller is told of a guest's one-time right by its
 * northbound interface, and asks RADIUS, which accounts for the session.
 */
export const ruckusController: NasAdapter = {
  kind: "ruckus-controller",
  accounting: "radius",
  recognises: (query) => query.has("nbiIP") && query.has("client_mac"),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && Boolean(handBack.ueMac),
  handBack(arrival, nas) {
    checkCameBy(nas, arrival);
    return { kind: "wait" };
  },
  async letIn(arrival, nas, { username, password }, { controllers }) {
    const client = controllers.ruckus(ruckusOf(nas));
    const outcome = await client.logIn(guestOf(arrival), { username, password });
    return outcome.kind === "pending" ? { kind: "not-yet" } : letInOf(outcome);
  },
  logOutUrl: () => null,
  putOut: (guest, nas, { controllers }) => controllers.ruckus(ruckusOf(nas)).logOut(guestOf(guest)),
  // RADIUS accounting brings the session under the controller's own id.
  sessionIdOf: () => null,
};

/** Of both kinds: `?nbiIP&client_mac=ENC…&uip=ENC…&proxy&ssid&mac&url&…`, to be decrypted where it is encrypted. */
export function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const { query } = request;
  const named = query.get("nbiIP") ?? "";
  const nas = nasList.find((each) => isRuckus(each) && isOwnName(each, named));
  if (!nas || !isRuckus(nas))
    return refuse("no NAS of kind ruckus-controller or ruckus-one is registered under this nbiIP");
  const told = { ueMac: query.get("client_mac") ?? "", ueIp: query.get("uip") };
  const isEncrypted = [told.ueMac, told.ueIp ?? ""].map((each) => ENCRYPTED.test(each));
  const plain = { mac: told.ueMac, ip: told.ueIp };
  if (!isEncrypted.includes(true)) return readGuest({ nas, query, told, plain, isProof: false });
  const finish = async ({ controllers }: NasTools): Promise<Reading> => {
    const client = controllers.ruckus(nas);
    const decrypted = await Promise.all(
      [told.ueMac, told.ueIp ?? ""].map((text, i) =>
        isEncrypted[i] ? client.decrypt(text) : { kind: "text" as const, text },
      ),
    );
    const texts: string[] = [];
    for (const each of decrypted) {
      if (each.kind !== "text") return refuse(`the controller does not decrypt: ${each.reason}`);
      texts.push(each.text);
    }
    const [mac = "", ip = ""] = texts;
    // Only the controller can have written both, and the guest's own address is one of them. That they
    // belong together it does not say: see HandOffParts.
    const isProof = !isEncrypted.includes(false) && comesFromGuest(nas, ip, request.remoteAddress);
    return readGuest({ nas, query, told, plain: { mac, ip }, isProof });
  };
  return { kind: "sealed", nasId: nas.id, finish };
}

type Told = {
  nas: RuckusControllerNas | RuckusOneNas;
  query: URLSearchParams;
  /** In the redirect's letters. */
  told: { ueMac: string; ueIp: string | null };
  plain: { mac: string; ip: string | null };
  isProof: boolean;
};

function readGuest({ nas, query, told, plain, isProof }: Told): Reading {
  const mac = normaliseMac(plain.mac);
  if (mac === null) return refuse("client_mac is not a MAC address");
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: nas.kind,
    mac,
    ip: plain.ip,
    proof: isProof ? "signed-hand-off" : null,
    state: "asks",
    failure: null,
    originalUrl: query.get("url") || null,
    handBack: { ...told, proxy: query.get("proxy") === "1" ? "1" : "0" },
  };
  const digest = createHash("sha256").update(`${told.ueMac}/${told.ueIp}`).digest("hex");
  if (!isProof) return { kind: "arrival", arrival, handOffId: null };
  const parts = [`${nas.id}/${told.ueMac}`, `${nas.id}/${told.ueIp}`] as const;
  return { kind: "arrival", arrival, handOffId: `${nas.id}/${digest}`, parts };
}

const isRuckus = (nas: Nas): nas is RuckusControllerNas | RuckusOneNas =>
  nas.kind === "ruckus-controller" || nas.kind === "ruckus-one";

/** The browser only names the controller; where the box calls it, the settings say. */
function isOwnName(nas: RuckusControllerNas | RuckusOneNas, named: string): boolean {
  const own = nas.nbiAddress ?? URL.parse(nas.controllerUrl)?.hostname ?? "";
  return named !== "" && own.toLowerCase() === named.toLowerCase();
}

/** As the redirect said it; a guest who is known by the session alone has a MAC in clear. */
export function guestOf({ mac, handBack }: Pick<Arrival, "mac" | "handBack">): RuckusGuest {
  const { ueMac, ueIp, proxy } = handBack;
  return { ueMac: ueMac || mac.replaceAll("-", ":"), ueIp: ueIp ?? null, proxy: proxy ?? "0" };
}

function ruckusOf(nas: Nas): RuckusControllerNas {
  if (nas.kind !== "ruckus-controller")
    throw new Error(`NAS ${nas.id} is of kind ${nas.kind}, not ruckus-controller`);
  return nas;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
