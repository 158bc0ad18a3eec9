import type { BranchDocument } from "../schema.ts";

export type Nas = BranchDocument["nas"][number];
export type NasKind = Nas["kind"];
export const NAS_KINDS: readonly NasKind[] = ["coova", "opennds"];

/** A NAS as a form holds it: every field as text, those of the other kind too. */
export type NasFields = {
  kind: NasKind;
  name: string;
  source: string;
  /** One origin a line. */
  loginOrigins: string;
  radiusSecret: string;
  uamSecret: string;
  uamServer: string;
  nasIdentifier: string;
  handBack: string;
  /** Empty: the gateway does not listen for disconnects. */
  disconnectPort: string;
  /** yes, no, or auto. */
  messageAuthenticator: string;
  /** Empty: it does not speak RadSec. */
  radsecName: string;
  gatewayMac: string;
  fasLevel: string;
  fasKey: string;
};

/** What a new access controller begins with; each secret is one of its own. */
export function startFields(makeSecret: () => string): NasFields {
  return {
    kind: "coova",
    name: "",
    source: "",
    loginOrigins: "",
    radiusSecret: makeSecret(),
    uamSecret: makeSecret(),
    uamServer: "",
    nasIdentifier: "",
    handBack: "chap",
    disconnectPort: "3799",
    messageAuthenticator: "auto",
    radsecName: "",
    gatewayMac: "",
    fasLevel: "2",
    fasKey: makeSecret(),
  };
}

/** The fields of a NAS there is; those of the other kind as a new one would have them. */
export function readNas(nas: Nas, makeSecret: () => string): NasFields {
  const start = startFields(makeSecret);
  const common = { name: nas.name, source: nas.source, loginOrigins: nas.loginOrigins.join("\n") };
  if (nas.kind === "opennds") {
    const { kind, gatewayMac, fasKey } = nas;
    return { ...start, ...common, kind, gatewayMac, fasKey, fasLevel: String(nas.fasLevel) };
  }
  const { kind, radiusSecret, uamSecret, uamServer, nasIdentifier, handBack } = nas;
  const own = { kind, radiusSecret, uamSecret, uamServer, nasIdentifier, handBack };
  const disconnectPort = nas.disconnectPort === null ? "" : String(nas.disconnectPort);
  const { messageAuthenticator = "auto", radsecName = "" } = nas;
  return { ...start, ...common, ...own, disconnectPort, messageAuthenticator, radsecName };
}

/** The NAS that the fields describe. What is wrong with it, the API says by the field. */
export function writeNas(id: string, fields: NasFields): Nas {
  const common = {
    id,
    name: fields.name.trim(),
    source: fields.source.trim(),
    loginOrigins: readOrigins(fields.loginOrigins),
  };
  if (fields.kind === "opennds")
    return {
      ...common,
      kind: "opennds",
      gatewayMac: fields.gatewayMac.replace(/[^0-9a-f]/gi, "").toLowerCase(),
      fasLevel: fields.fasLevel === "1" ? 1 : 2,
      fasKey: fields.fasKey.trim(),
    };
  const { messageAuthenticator } = fields;
  const radsecName = fields.radsecName.trim();
  const isSet = messageAuthenticator === "yes" || messageAuthenticator === "no";
  return {
    ...common,
    ...(isSet && { messageAuthenticator }),
    ...(radsecName !== "" && { radsecName }),
    kind: "coova",
    radiusSecret: fields.radiusSecret.trim(),
    uamSecret: fields.uamSecret.trim(),
    // Its signature covers the address letter for letter, a slash at the end too.
    uamServer: fields.uamServer.trim(),
    nasIdentifier: fields.nasIdentifier.trim(),
    handBack: fields.handBack === "pap" ? "pap" : "chap",
    disconnectPort: fields.disconnectPort.trim() === "" ? null : Number(fields.disconnectPort),
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
