import { type Nas, orderPortOf, type RadiusNas } from "@foyer/contract";
import { findToldOrigin, portalOriginAt } from "../boxes/index.ts";

/** What is copied to the access controller, or typed in there, as it stands. */
export type SetupText = { name: string; text: string };

export type Place = {
  /** The box on the branch's network; null: it has not said yet. */
  boxAddress: string | null;
  /** What guests' browsers call the portal. */
  portalOrigin: string;
  /** The name in the certificate that the box serves https with; null: it has none. */
  servedName: string | null;
};

const AUTH_PORT = 1812;
const ACCT_PORT = 1813;
/** RFC 6614 §2.1 and §2.3. */
const RADSEC_PORT = 2083;
const RADSEC_SECRET = "radsec";
export const HIDDEN = "••••••••";

/** The same access controller without what lets anybody in. */
export function hideSecrets<N extends object>(nas: N): N {
  const secrets = ["radiusSecret", "uamSecret", "fasKey", "redirectSecret", "requestPassword"];
  const hidden = Object.entries(nas).map(([name, value]) => [
    name,
    secrets.includes(name) && value !== "" ? HIDDEN : value,
  ]);
  return Object.fromEntries(hidden) as N;
}

/** Whose guide among deploy/nas says the rest. */
export function nameGuide(nas: Nas): string {
  if (nas.kind === "web-login") return nas.vendor === "mikrotik" ? "mikrotik" : "web-login";
  if (nas.kind === "meraki-click-through") return "web-login";
  return nas.kind === "ruckus-one" ? "ruckus-controller" : nas.kind;
}

/** Whose steps it is set up by, in a few sentences: where a guide is of several kinds, each has its own. */
export function nameSteps(nas: Nas): string {
  const hasOwn = nas.kind === "meraki-click-through" || nas.kind === "ruckus-one";
  return hasOwn ? nas.kind : nameGuide(nas);
}

/**
 * The configuration of one access controller, made for its branch: by the maker's own words where it
 * takes text, else line by line what stands where in its pages.
 */
export function writeSetup(nas: Nas, place: Place): SetupText[] {
  const box = place.boxAddress ?? "<box>";
  switch (nas.kind) {
    case "coova":
      return [{ name: "chilli.conf", text: writeCoova(nas, box) }];
    case "opennds":
      return [
        { name: "/etc/opennds/opennds.conf", text: writeOpennds(nas, box, place) },
        { name: "/etc/foyer/opennds.conf", text: writeBinAuth(nas, place) },
      ];
    case "gateway":
      // Its own two halves know each other's secrets.
      return [{ name: "", text: lines(["sudo ./install --gateway eth1"]) }];
    case "cisco-cwa":
      return [{ name: "IOS XE", text: writeCisco(nas, box) }];
    case "web-login":
      return nas.vendor === "mikrotik"
        ? [
            { name: "RouterOS", text: writeMikrotik(nas, box) },
            { name: "login.html", text: writeHotspotForm(place) },
          ]
        : [list([...portalLines(place, box), ...radiusLines(nas, box)])];
    case "radius":
      return [list(radiusLines(nas, box))];
    case "ruckus-controller":
      return [list([...portalLines(place, box), northboundLine(nas), ...radiusLines(nas, box)])];
    case "ruckus-one":
      return [list([...portalLines(place, box), northboundLine(nas)])];
    case "unifi":
      return [list([`External portal server ${box}`, `Pre-authorization      ${box}`])];
    case "wifidog":
      return [list([`Portal server         ${box}`, "Port                  80", allowedLine(box)])];
    case "meraki-click-through":
    case "omada":
      return [list(portalLines(place, box))];
    default:
      return assertNever(nas);
  }
}

type Of<Kind extends Nas["kind"]> = Extract<Nas, { kind: Kind }>;

function writeCoova(nas: Of<"coova">, box: string): string {
  const port = orderPortOf(nas);
  return lines([
    `uamserver ${nas.uamServer}`,
    ...(nas.uamSecret === "" ? [] : [`uamsecret ${nas.uamSecret}`]),
    `uamallowed ${box}`,
    `radiusserver1 ${box}`,
    `radiusserver2 ${box}`,
    `radiusauthport ${AUTH_PORT}`,
    `radiusacctport ${ACCT_PORT}`,
    `radiussecret ${nas.radiusSecret}`,
    ...(nas.nasIdentifier === "" ? [] : [`radiusnasid ${nas.nasIdentifier}`]),
    ...(port === null ? [] : [`coaport ${port}`]),
    "macauth",
    "definteriminterval 300",
  ]);
}

function writeOpennds(
  nas: Of<"opennds">,
  box: string,
  { portalOrigin, servedName }: Place,
): string {
  const url = URL.parse(portalOrigin);
  const usual = url?.protocol === "https:" ? "443" : "80";
  // There the gateway asks the box, by https and under a name.
  const asks = nas.fasLevel >= 3;
  return lines([
    `fasremoteip ${box}`,
    ...(asks
      ? [`fasremotefqdn ${servedName ?? "<name>"}`, "fasport 443", "faspath /nas/opennds/fas"]
      : [`fasport ${url?.port || usual}`, "faspath /"]),
    `fas_secure_enabled ${nas.fasLevel}`,
    `faskey ${nas.fasKey}`,
    "binauth /etc/foyer/foyer-binauth.sh",
    "sessiontimeout 0",
    "preauthidletimeout 30",
    "authidletimeout 30",
    "checkinterval 15",
  ]);
}

/** What foyer-binauth.sh goes by; a shell reads it. */
function writeBinAuth({ fasKey }: Of<"opennds">, { portalOrigin }: Place): string {
  const isPlain = /^[\w.-]+$/.test(fasKey);
  const key = isPlain ? fasKey : `'${fasKey.replaceAll("'", String.raw`'\''`)}'`;
  return lines([`portal=${portalOrigin}`, `fas_key=${key}`, "interface=br-lan"]);
}

/** The one line of the page that is another in each branch. */
const writeHotspotForm = ({ portalOrigin }: Place): string =>
  lines([`<form name="portal" method="get" action="${portalOrigin}/">`]);

function writeMikrotik(nas: Of<"web-login">, box: string): string {
  const port = orderPortOf(nas);
  const login = nas.mikrotikLogin ?? "http-pap";
  return lines([
    `/radius add service=hotspot address=${box} secret=${quote(nas.radiusSecret)}`,
    ...(port === null ? [] : [`/radius incoming set accept=yes port=${port}`]),
    `/ip hotspot profile set [find default=no] use-radius=yes radius-accounting=yes radius-interim-update=5m login-by=${login},mac html-directory=hotspot`,
    `/ip hotspot walled-garden ip add action=accept dst-address=${box}`,
    ...(nas.nasIdentifier === "" ? [] : [`/system identity set name=${quote(nas.nasIdentifier)}`]),
  ]);
}

/** RouterOS reads $ and quotes inside a text. */
const quote = (text: string) => `"${text.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;

function writeCisco(nas: Of<"cisco-cwa">, box: string): string {
  const port = orderPortOf(nas);
  return lines([
    "radius server FOYER",
    ` address ipv4 ${box} auth-port ${AUTH_PORT} acct-port ${ACCT_PORT}`,
    ` key ${nas.radiusSecret}`,
    "aaa group server radius FOYER",
    " server name FOYER",
    "aaa authorization network FOYER group FOYER",
    "aaa accounting identity FOYER start-stop group FOYER",
    "aaa server radius dynamic-author",
    ` client ${box} server-key ${nas.radiusSecret}`,
    ...(port === null ? [] : [` port ${port}`]),
    `ip access-list extended ${nas.redirectAcl}`,
    " deny   udp any any eq domain",
    ` deny   tcp any host ${box}`,
    " permit tcp any any eq www",
  ]);
}

function portalLines({ portalOrigin }: Place, box: string): string[] {
  return [`External portal URL   ${portalOrigin}/portal`, allowedLine(box)];
}

const allowedLine = (box: string) => `Allowed before log-in ${box}`;
const northboundLine = ({ requestPassword }: { requestPassword: string }) =>
  `Northbound password   ${requestPassword}`;

function radiusLines(nas: RadiusNas, box: string): string[] {
  const port = orderPortOf(nas);
  const { radsecName } = nas;
  const radsec = `RadSec                ${box}:${RADSEC_PORT}, secret ${RADSEC_SECRET}, certificate of`;
  return [
    ...(radsecName === undefined ? [] : [`${radsec} ${radsecName}`]),
    `Authentication server ${box}:${AUTH_PORT}`,
    `Accounting server     ${box}:${ACCT_PORT}`,
    `Shared secret         ${nas.radiusSecret}`,
    ...(nas.nasIdentifier === "" ? [] : [`NAS-Identifier        ${nas.nasIdentifier}`]),
    "Authentication        PAP",
    "Interim accounting    300 s",
    "MAC authentication    on (MAC as name and password)",
    ...(port === null ? [] : [`CoA / Disconnect      from ${box}, UDP ${port}`]),
  ];
}

const list = (text: string[]): SetupText => ({ name: "", text: lines(text) });
const lines = (all: readonly string[]) => `${all.join("\n")}\n`;

function assertNever(nas: never): never {
  throw new Error(`unknown access controller ${JSON.stringify(nas)}`);
}

/**
 * As an access controller of the branch has it already, else where an installed box serves it: at the port
 * that needs not be typed.
 */
export const findPortalOrigin = (all: readonly Nas[], boxAddress: string | null): string =>
  findToldOrigin(all) ?? portalOriginAt(boxAddress ?? "<box>");
