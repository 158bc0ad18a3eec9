import type { BranchDocument } from "../schema.ts";
import {
  type ControllerFields,
  NO_CONTROLLER,
  readController,
  writeOmada,
  writeRuckus,
  writeRuckusOne,
  writeUnifi,
} from "./controller-fields.ts";
import { readWebLogin, writeWebLogin } from "./nas-web-login.ts";

export type Nas = BranchDocument["nas"][number];
export type NasKind = Nas["kind"];
export const NAS_KINDS: readonly NasKind[] = [
  ...(["unifi", "omada", "wifidog", "ruckus-controller", "ruckus-one"] as const),
  "gateway",
  ...(["coova", "opennds", "cisco-cwa", "web-login", "meraki-click-through", "radius"] as const),
];

type RadiusNas = Extract<Nas, { radiusSecret: string }>;
export type Vendor = Extract<Nas, { kind: "radius" }>["vendor"];
export const VENDORS: readonly Vendor[] = [
  ...(["plain", "airespace", "aruba", "cambium", "chillispot", "cisco", "fortinet"] as const),
  ...(["meraki", "mikrotik", "opnsense", "pfsense", "ruckus", "tp-link"] as const),
];

type SessionName = NonNullable<RadiusNas["sessionNames"]>[number];
export const SESSION_NAMES: readonly SessionName[] = [
  ...(["Acct-Session-Id", "User-Name", "Calling-Station-Id", "Framed-IP-Address"] as const),
];

type MacForm = NonNullable<RadiusNas["macForm"]>;
export const MAC_FORMS: readonly MacForm[] = [
  ...(["AA-BB-CC-DD-EE-FF", "aa-bb-cc-dd-ee-ff", "AA:BB:CC:DD:EE:FF"] as const),
  ...(["aa:bb:cc:dd:ee:ff", "AABBCCDDEEFF", "aabbccddeeff", "aabb.ccdd.eeff"] as const),
];

export const FAS_LEVELS = [1, 2, 3, 4] as const;

/** Where the box's own gateway asks from. */
const OWN_ADDRESS = "127.0.0.1";
/** Where CoovaChilli usually listens for orders: coaport (RFC 5176). */
const COOVA_PORT = 3799;

/** A NAS as a form holds it: every field as text, those of the other kinds too. */
export type NasFields = ControllerFields & {
  kind: NasKind;
  name: string;
  source: string;
  /** One origin a line. */
  loginOrigins: string;
  vendor: string;
  radiusSecret: string;
  uamSecret: string;
  uamServer: string;
  nasIdentifier: string;
  handBack: string;
  /** Where it takes orders to end a session: at its vendor's usual port, another, or nowhere. */
  disconnect: string;
  disconnectPort: string;
  /** With blanks between; empty: those its vendor goes by. */
  sessionNames: string;
  /** Empty: as RADIUS usually does. */
  macForm: string;
  /** yes, no, or auto. */
  messageAuthenticator: string;
  /** Empty: it does not speak RadSec. */
  radsecName: string;
  gatewayMac: string;
  fasLevel: string;
  fasKey: string;
  webLoginVendor: string;
  mikrotikLogin: string;
  /** The next three: empty where the maker's documents say. */
  errorParameter: string;
  usernameField: string;
  passwordField: string;
  /** Empty: its maker's. */
  radiusVendor: string;
  /** Where Cisco's central web authentication leads guests, and by which access list. */
  portalOrigin: string;
  redirectAcl: string;
  /** Shown nowhere: only the box's own two halves know it. */
  redirectSecret: string;
  /** yes or no. */
  tellsDuration: string;
  /** Empty: the gateway's source tells which one it is. */
  gatewayName: string;
  /** Names, with blanks or lines between. */
  walledGarden: string;
};

/** What a new access controller begins with; each secret is one of its own. */
export function startFields(makeSecret: () => string): NasFields {
  return {
    ...NO_CONTROLLER,
    kind: "coova",
    name: "",
    source: "",
    loginOrigins: "",
    vendor: "plain",
    radiusSecret: makeSecret(),
    uamSecret: makeSecret(),
    uamServer: "",
    nasIdentifier: "",
    handBack: "chap",
    disconnect: "usual",
    disconnectPort: String(COOVA_PORT),
    sessionNames: "",
    macForm: "",
    messageAuthenticator: "auto",
    radsecName: "",
    gatewayMac: "",
    fasLevel: "2",
    fasKey: makeSecret(),
    webLoginVendor: "mikrotik",
    mikrotikLogin: "http-pap",
    errorParameter: "",
    usernameField: "",
    passwordField: "",
    radiusVendor: "",
    portalOrigin: "",
    redirectAcl: "",
    redirectSecret: makeSecret(),
    tellsDuration: "no",
    gatewayName: "",
    walledGarden: "",
  };
}

/** The fields of a NAS there is; those of the other kinds as a new one would have them. */
export function readNas(nas: Nas, makeSecret: () => string): NasFields {
  const start = startFields(makeSecret);
  const common = { name: nas.name, source: nas.source };
  switch (nas.kind) {
    case "opennds": {
      const { kind, gatewayMac, fasKey, gatewayName = "" } = nas;
      const own = { kind, gatewayMac, fasKey, gatewayName, fasLevel: String(nas.fasLevel) };
      return { ...start, ...common, ...own, loginOrigins: nas.loginOrigins.join("\n") };
    }
    case "coova": {
      const { kind, uamSecret, uamServer, handBack } = nas;
      const own = { kind, uamSecret, uamServer, handBack };
      const loginOrigins = nas.loginOrigins.join("\n");
      return { ...start, ...common, ...own, ...readRadius(nas), loginOrigins };
    }
    case "radius": {
      const { kind, vendor } = nas;
      return { ...start, ...common, ...readRadius(nas), kind, vendor };
    }
    case "web-login": {
      const loginOrigins = nas.loginOrigins.join("\n");
      return { ...start, ...common, ...readWebLogin(nas), ...readRadius(nas), loginOrigins };
    }
    case "meraki-click-through": {
      const tellsDuration = nas.tellsDuration ? "yes" : "no";
      const own = { kind: nas.kind, tellsDuration };
      return { ...start, ...common, ...own, loginOrigins: nas.loginOrigins.join("\n") };
    }
    case "cisco-cwa": {
      const { kind, portalOrigin, redirectAcl, redirectSecret } = nas;
      const own = { kind, portalOrigin, redirectAcl, redirectSecret };
      return { ...start, ...common, ...readRadius(nas), ...own };
    }
    case "gateway": {
      const { kind, redirectSecret, walledGarden } = nas;
      const own = { kind, redirectSecret, walledGarden: walledGarden.join("\n") };
      return { ...start, ...common, ...readRadius(nas), ...own };
    }
    case "unifi":
    case "omada":
    case "ruckus-one":
      return { ...start, ...common, ...readController(nas), kind: nas.kind };
    case "wifidog": {
      const loginOrigins = nas.loginOrigins.join("\n");
      return { ...start, ...common, ...readController(nas), kind: nas.kind, loginOrigins };
    }
    case "ruckus-controller":
      return { ...start, ...common, ...readRadius(nas), ...readController(nas), kind: nas.kind };
  }
}

function readRadius(nas: RadiusNas) {
  const { radiusSecret, nasIdentifier, disconnectPort: port } = nas;
  const { messageAuthenticator = "auto", radsecName = "", sessionNames = [], macForm = "" } = nas;
  const signing = { messageAuthenticator, radsecName };
  return {
    ...{ radiusSecret, nasIdentifier, ...signing, macForm, sessionNames: sessionNames.join(" ") },
    disconnect: port === undefined ? "usual" : port === null ? "none" : "other",
    disconnectPort: String(port ?? COOVA_PORT),
  };
}

/** The NAS that the fields describe. What is wrong with it, the API says by the field. */
export function writeNas(id: string, fields: NasFields): Nas {
  const common = { id, name: fields.name.trim(), source: fields.source.trim() };
  switch (fields.kind) {
    case "opennds":
      return {
        ...common,
        kind: "opennds",
        loginOrigins: readOrigins(fields.loginOrigins),
        gatewayMac: fields.gatewayMac.replace(/[^0-9a-f]/gi, "").toLowerCase(),
        fasLevel: FAS_LEVELS.find((level) => String(level) === fields.fasLevel) ?? 2,
        fasKey: fields.fasKey.trim(),
        // Its hash covers the blank at its end.
        ...(fields.gatewayName.trim() !== "" && { gatewayName: fields.gatewayName }),
      };
    case "coova":
      return {
        ...common,
        // A box of an earlier release knows no usual port.
        disconnectPort: COOVA_PORT,
        ...writeRadius(fields),
        kind: "coova",
        loginOrigins: readOrigins(fields.loginOrigins),
        uamSecret: fields.uamSecret.trim(),
        // Its signature covers the address letter for letter, a slash at the end too.
        uamServer: fields.uamServer.trim(),
        handBack: fields.handBack === "pap" ? "pap" : "chap",
      };
    case "radius": {
      const vendor = VENDORS.find((each) => each === fields.vendor) ?? "plain";
      return { ...common, ...writeRadius(fields), kind: "radius", vendor };
    }
    case "web-login": {
      const radiusVendor = VENDORS.find((each) => each === fields.radiusVendor);
      return {
        ...common,
        ...writeRadius(fields),
        ...writeWebLogin(fields),
        ...(radiusVendor && { radiusVendor }),
        loginOrigins: readOrigins(fields.loginOrigins),
      };
    }
    case "meraki-click-through":
      return {
        ...common,
        kind: "meraki-click-through",
        loginOrigins: readOrigins(fields.loginOrigins),
        tellsDuration: fields.tellsDuration === "yes",
      };
    case "unifi":
      return { ...common, ...writeUnifi(fields) };
    case "omada":
      return { ...common, ...writeOmada(fields) };
    case "wifidog":
      return {
        ...common,
        kind: "wifidog",
        gatewayId: fields.gatewayId.trim(),
        loginOrigins: readOrigins(fields.loginOrigins),
      };
    case "ruckus-controller":
      return { ...common, ...writeRadius(fields), ...writeRuckus(fields) };
    case "ruckus-one":
      return { ...common, ...writeRuckusOne(fields) };
    case "cisco-cwa":
      return { ...common, ...writeRadius(fields), ...writeCwa(fields) };
    case "gateway":
      return { ...common, ...writeRadius(fields), ...writeGateway(fields) };
  }
}

/** It speaks with the box it runs on, from nowhere else. */
function writeGateway({ redirectSecret, walledGarden }: NasFields) {
  const names = walledGarden.toLowerCase().split(/[\s,]+/);
  return {
    kind: "gateway" as const,
    source: OWN_ADDRESS,
    redirectSecret,
    walledGarden: [...new Set(names.filter((name) => name !== ""))],
  };
}

function writeCwa({ portalOrigin: typed, redirectAcl, redirectSecret }: NasFields) {
  const [portalOrigin = ""] = readOrigins(typed);
  const kind = "cisco-cwa" as const;
  return { kind, portalOrigin, redirectAcl: redirectAcl.trim(), redirectSecret };
}

function writeRadius(fields: NasFields) {
  const { messageAuthenticator, disconnect } = fields;
  const radsecName = fields.radsecName.trim();
  const isSet = messageAuthenticator === "yes" || messageAuthenticator === "no";
  const said = fields.sessionNames.split(" ");
  const sessionNames = SESSION_NAMES.filter((name) => said.includes(name));
  const macForm = MAC_FORMS.find((form) => form === fields.macForm);
  const isUsual = disconnect === "usual";
  const disconnectPort = disconnect === "none" ? null : Number(fields.disconnectPort);
  return {
    ...(isSet && { messageAuthenticator: messageAuthenticator as "yes" | "no" }),
    ...(radsecName !== "" && { radsecName }),
    ...(sessionNames.length > 0 && { sessionNames }),
    ...(macForm && { macForm }),
    ...(!isUsual && { disconnectPort }),
    radiusSecret: fields.radiusSecret.trim(),
    nasIdentifier: fields.nasIdentifier.trim(),
  };
}

/** Origins without what people paste along with them: paths and slashes at the end. */
function readOrigins(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter((line) => line !== "")
    .map((line) => (URL.canParse(line) ? new URL(line).origin : line));
}

/** The document with this NAS in the place of the one with its id, or as the last. */
export function putNas(document: BranchDocument, nas: Nas): BranchDocument {
  const isThere = document.nas.some((each) => each.id === nas.id);
  const list = isThere
    ? document.nas.map((each) => (each.id === nas.id ? nas : each))
    : [...document.nas, nas];
  return { ...document, nas: list };
}

/** Whether a refusal's JSON pointer leads into another NAS of the document than the one in the form. */
export function isOfAnotherNas(
  field: string | null,
  { document, id }: { document: BranchDocument; id: string },
): boolean {
  const index = /^\/nas\/([0-9]+)\//.exec(field ?? "")?.[1];
  return index !== undefined && document.nas[Number(index)]?.id !== id;
}

export function dropNas(document: BranchDocument, id: string): BranchDocument {
  return { ...document, nas: document.nas.filter((each) => each.id !== id) };
}
