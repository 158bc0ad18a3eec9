import type { Nas, WebLoginNas, WebLoginVendor } from "@foyer/contract";
import type { Arrival, Grant, HandBack, HandOffRequest, NasAdapter, Reading } from "../adapter.ts";
import { decodeIfWhole } from "../decode.ts";
import { normaliseMac } from "../mac.ts";
import { findLoginOrigin, getLoginOrigin } from "../trust.ts";
import type { Row, Values } from "./row.ts";
import { rows } from "./rows.ts";

/** Longer than the longest token in a log-in URL that was seen, and short enough for a sealed link. */
const TARGET_CHARACTERS_MAX = 3000;
const KEPT_CHARACTERS_MAX = 500;

/**
 * Access controllers whose browser brings name and password to the NAS, which asks RADIUS: one table
 * for all makers. None of them signs its redirect, so a MAC in it is a claim.
 */
export const webLogin: NasAdapter = {
  kind: "web-login",
  accounting: "radius",
  recognises: (query) => findRow(valuesOf(query)) !== null,
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && Boolean(handBack.target),
  handBack,
  logOutUrl(arrival, nas) {
    // Throws where the settings have changed since.
    const origin = getLoginOrigin(nas, arrival);
    const row = nas.kind === "web-login" ? rows[nas.vendor] : null;
    const own = row?.logOutPath === undefined ? null : `${origin}${row.logOutPath}`;
    const { logOut } = arrival.handBack;
    return (logOut && findLogOut(logOut, nas)) || own;
  },
  findLogOut(query, nas) {
    const name = nas.kind === "web-login" ? rows[nas.vendor].names.logOut : undefined;
    return name === undefined ? null : findLogOut(valuesOf(query).get(name) ?? "", nas);
  },
  // RADIUS accounting brings the session under the NAS's own id.
  sessionIdOf: () => null,
};

/** Listed once: each arrival is shown to them. */
const allRows = Object.entries(rows).map(([vendor, row]) => ({
  vendor: vendor as WebLoginVendor,
  row,
}));

function findRow(values: Values): { vendor: WebLoginVendor; row: Row } | null {
  return allRows.find(({ row }) => row.recognises(values)) ?? null;
}

function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const rawQuery = request.rawUrl.slice(request.rawUrl.indexOf("?") + 1);
  const values = valuesOf(request.query);
  const found = findRow(values);
  if (!found) return { kind: "none" };
  const { vendor, row } = found;
  const known = nasList.filter(
    (each): each is WebLoginNas => each.kind === "web-login" && each.vendor === vendor,
  );
  if (known.length === 0) return refuse(`no NAS of kind web-login by ${vendor} is registered`);
  const all = known.flatMap((nas) => {
    const target = findOwn(row.targets(values, nas, rawQuery), nas);
    return target === null ? [] : [{ nas, target }];
  });
  const name = row.names.nasIdentifier && values.get(row.names.nasIdentifier);
  const [first] = all;
  const place = all.find(({ nas }) => nas.nasIdentifier === name) ?? first;
  if (!place) return refuse(`where the log-in goes is not among the ${vendor}'s login origins`);
  return readValues(row, values, place);
}

function readValues(
  row: Row,
  values: Values,
  { nas, target }: { nas: WebLoginNas; target: string },
): Reading {
  const { names } = row;
  const written = names.mac.map((name) => values.get(name)).find((each) => each !== null);
  const mac = normaliseMac(written ?? "");
  if (mac === null) return refuse(`${names.mac[0]} is not a MAC address`);
  if (target.length > TARGET_CHARACTERS_MAX) return refuse("where the log-in goes is too long");
  const fault = row.findFault?.(values, nas) ?? null;
  if (fault !== null) return refuse(fault);
  const kept = (row.keeps ?? []).map((name) => [name, values.get(name)] as const);
  if (kept.some(([, value]) => (value?.length ?? 0) > KEPT_CHARACTERS_MAX))
    return refuse("a value to be brought back is too long");
  const read = (name: string | undefined) => (name === undefined ? null : values.get(name) || null);
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "web-login",
    mac,
    ip: read(names.ip),
    proof: null,
    ...stateOf(row, values, nas),
    originalUrl: read(names.originalUrl),
    handBack: {
      ...Object.fromEntries(kept),
      ...{ origin: findLoginOrigin(nas, target), target },
      logOut: findLogOut(read(names.logOut) ?? "", nas),
    },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

/** How an earlier log-in went. Its own words may be a guest's, and go into no log. */
function stateOf(
  { names, stateOf: own }: Row,
  values: Values,
  nas: WebLoginNas,
): Pick<Arrival, "state" | "failure"> {
  const told = own?.(values);
  if (told) return told;
  const errors = [names.error, nas.errorParameter];
  const isRefused = errors.some((name) => name !== undefined && values.get(name));
  return isRefused ? { state: "failed", failure: "reject" } : { state: "asks", failure: null };
}

function handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack {
  const origin = getLoginOrigin(nas, arrival);
  const { target } = arrival.handBack;
  if (nas.kind !== "web-login" || !target || arrival.state !== "asks")
    throw new Error("This arrival does not ask for a web log-in");
  // What is kept was checked when it was read; the origin is checked again, for it may have moved.
  const action = new URL(target);
  if (action.origin !== origin) throw new Error(`The log-in does not go to ${origin}`);
  const row = rows[nas.vendor];
  const fields = row.fields(arrival.handBack, nas, grant);
  if (row.method === "post") return { kind: "form", action: action.href, fields };
  for (const [name, value] of Object.entries(fields)) action.searchParams.set(name, value);
  return { kind: "redirect", url: action.href };
}

/** The first that leads to an origin of this NAS, and nowhere but there. */
function findOwn(targets: readonly string[], nas: Nas): string | null {
  const isOurs = (target: string) => {
    const url = URL.parse(target);
    return url?.username === "" && url.password === "" && findLoginOrigin(nas, target) !== null;
  };
  return targets.find(isOurs) ?? null;
}

/** As a header may hold it: what a guest writes into an address can break a line of an answer. */
function findLogOut(text: string, nas: Nas): string | null {
  const own = text.length > TARGET_CHARACTERS_MAX ? null : findOwn([text], nas);
  return own === null ? null : new URL(own).href;
}

/** Values arrive once- or twice-encoded: an address or a MAC that is still encoded is decoded again. */
function valuesOf(query: URLSearchParams): Values {
  return {
    has: (name) => query.has(name),
    get: (name) => {
      const value = query.get(name);
      return value !== null && isEncoded(value) ? decodeIfWhole(value) : value;
    },
  };
}

function isEncoded(value: string): boolean {
  const isUrl = /^https?%3a%2f%2f/i.test(value);
  const isMac = /^[0-9a-f]{2}(?:%3a[0-9a-f]{2}){5}$/i.test(value);
  return isUrl || isMac || /^%5c[0-3]/i.test(value);
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
