export type Element = { name: string; children: Element[]; text: string };

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads a small XML document strictly: anything that is not well-formed, and any entity but the five
 * of XML itself, throws with its place. Attributes and the doctype are passed over.
 */
export function readXml(text: string): Element {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return null;
    at += found[0].length;
    return found[1] ?? found[0];
  };
  const element = (): Element => {
    const name = take(/<([A-Za-z][\w.-]*)(?: [\w:]+="[^"<&]*")*(?=\/?>)/y) ?? fail("no element");
    if (take(/\/>/y)) return { name, children: [], text: "" };
    take(/>/y);
    const children: Element[] = [];
    let inner = "";
    while (!take(/<\/(?=[A-Za-z])/y)) {
      const plain = take(/[^<&]+/y);
      const entity = plain === null ? take(/&(\w+);/y) : null;
      if (plain !== null) inner += plain;
      else if (entity !== null) inner += ENTITIES[entity] ?? fail(`entity ${entity}`);
      else children.push(element());
    }
    if (!text.startsWith(`${name}>`, at)) fail(`${name} is not closed`);
    at += name.length + 1;
    if (children.length > 0 && inner.trim() !== "") fail(`${name} mixes words and elements`);
    return { name, children, text: inner };
  };
  take(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/y);
  take(/<!DOCTYPE [^<>[\]]+>\s*/y);
  const root = element();
  take(/\s+/y);
  return at === text.length ? root : fail("something follows the document");
}

export type Plist = string | number | boolean | Buffer | Plist[] | { [key: string]: Plist };

/** Reads an XML property list as Apple's DTD has it. */
export function readPlist(text: string): { [key: string]: Plist } {
  const { name, children } = readXml(text);
  const [dictionary] = children;
  if (name !== "plist" || children.length !== 1 || dictionary?.name !== "dict")
    throw new Error("the document is not a property list of one dict");
  return readValue(dictionary) as { [key: string]: Plist };
}

function readValue({ name, children, text }: Element): Plist {
  switch (name) {
    case "string":
      return text;
    case "integer":
      if (!/^-?\d+$/.test(text)) throw new Error(`${text} is no integer`);
      return Number(text);
    case "true":
    case "false":
      return name === "true";
    case "data":
      return Buffer.from(text, "base64");
    case "array":
      return children.map(readValue);
    case "dict": {
      const keys = children.filter((_, index) => index % 2 === 0);
      const values = children.filter((_, index) => index % 2 === 1);
      if (keys.length !== values.length || keys.some((key) => key.name !== "key"))
        throw new Error("a dict is not keys and values by turns");
      if (new Set(keys.map((key) => key.text)).size !== keys.length)
        throw new Error("a dict has one key twice");
      return Object.fromEntries(
        keys.map((key, at) => [key.text, readValue(values[at] as Element)]),
      );
    }
    default:
      throw new Error(`a property list has no ${name}`);
  }
}

/** What an Android Passpoint file holds: the profile's leaves by path, and the authority's DER. */
export type PasspointFile = { leaves: Record<string, string>; authority: Buffer | null };

/** Reads the file as Android's own parser does: line by line, by its exact boundary. */
export function readPasspointFile(file: string): PasspointFile {
  const text = Buffer.from(file, "base64").toString();
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const boundary =
    /^Content-Type: multipart\/mixed; boundary=([\w-]+)\r\nContent-Transfer-Encoding: base64$/.exec(
      head,
    )?.[1];
  if (!boundary) throw new Error(`no head: ${head}`);
  const lines = rest.join("\r\n\r\n").split("\r\n");
  if (lines[0] !== `--${boundary}` || lines.at(-2) !== `--${boundary}--`)
    throw new Error("the parts do not begin and end with the boundary");
  const parts = new Map(
    lines
      .slice(1, -2)
      .join("\n")
      .split(`\n--${boundary}\n`)
      .map((part) => {
        const [, type, body] =
          /^Content-Type: (\S+)\nContent-Transfer-Encoding: base64\n\n([A-Za-z0-9+/=\n]+)$/.exec(
            part,
          ) ?? [];
        if (!type || !body) throw new Error(`a part is none: ${part}`);
        return [type, Buffer.from(body, "base64")] as const;
      }),
  );
  const profile = parts.get("application/x-passpoint-profile");
  if (!profile) throw new Error("there is no profile");
  const tree = readXml(profile.toString());
  if (tree.name !== "MgmtTree") throw new Error(`the root is ${tree.name}`);
  const leaves: Record<string, string> = {};
  for (const node of tree.children.filter((each) => each.name === "Node"))
    readNode(node, "", leaves);
  return { leaves, authority: parts.get("application/x-x509-ca-cert") ?? null };
}

function readNode(node: Element, above: string, leaves: Record<string, string>): void {
  const name = node.children.find((each) => each.name === "NodeName")?.text;
  const path = above === "" ? `${name}` : `${above}/${name}`;
  for (const each of node.children) {
    if (each.name === "Value") leaves[path] = each.text;
    if (each.name === "Node") readNode(each, path, leaves);
  }
}
