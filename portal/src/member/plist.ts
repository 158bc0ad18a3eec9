import { escapeXml } from "./xml.ts";

/** What an XML property list holds; a Buffer is `data`, numbers are integers. */
export type PlistValue = string | number | boolean | Buffer | PlistValue[] | PlistDictionary;
export type PlistDictionary = { [key: string]: PlistValue };

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
`;

/** A property list as Apple's devices read it (PropertyList-1.0.dtd). */
export function writePlist(root: PlistDictionary): string {
  return `${HEAD}<plist version="1.0">\n${writeValue(root)}\n</plist>\n`;
}

function writeValue(value: PlistValue): string {
  if (typeof value === "string") return `<string>${escapeXml(value)}</string>`;
  if (typeof value === "number") return `<integer>${Math.trunc(value)}</integer>`;
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>";
  if (Buffer.isBuffer(value)) return `<data>${value.toString("base64")}</data>`;
  if (Array.isArray(value)) return `<array>\n${value.map(writeValue).join("\n")}\n</array>`;
  const entries = Object.entries(value).map(
    ([key, each]) => `<key>${escapeXml(key)}</key>\n${writeValue(each)}`,
  );
  return `<dict>\n${entries.join("\n")}\n</dict>`;
}
