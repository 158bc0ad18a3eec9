import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Which box this is, as its enrolment at the cloud said. */
export type BoxIdentity = { tenantId: string; branchId: string; boxId: string };

export type BoxEnrolment = BoxIdentity & {
  /** The cloud's origin, such as https://cloud.example. */
  cloudUrl: string;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads `box.json` of a state folder. Throws an error that says which file and which field. */
export function readBoxIdentity(folder: string): BoxEnrolment {
  const path = join(folder, "box.json");
  const document = parseDocument(path, readDocument(path));
  const text = (key: string): string => {
    const value = document[key];
    if (typeof value === "string" && value !== "") return value;
    throw new Error(`${path}: ${key} is missing`);
  };
  const id = (key: string): string => {
    const value = text(key);
    if (UUID.test(value)) return value;
    throw new Error(`${path}: ${key} is not a UUID`);
  };
  if (!/^https?:\/\//.test(text("cloudUrl")))
    throw new Error(`${path}: cloudUrl does not begin with http:// or https://`);
  return {
    tenantId: id("tenantId"),
    branchId: id("branchId"),
    boxId: id("boxId"),
    cloudUrl: text("cloudUrl").replace(/\/+$/, ""),
  };
}

function readDocument(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`${path} cannot be read: enrol this box with a code from the staff app`, {
      cause,
    });
  }
}

function parseDocument(path: string, text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = null;
  }
  if (typeof document === "object" && document !== null) return document as Record<string, unknown>;
  throw new Error(`${path} is not JSON: enrol this box again, with a new code from the staff app`);
}
