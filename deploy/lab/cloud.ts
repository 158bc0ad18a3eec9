import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startCloud } from "@foyer/cloud-api";
import { request } from "undici";
import { type BranchDocument, COUNTRY, TENANT_NAME, TIME_ZONE } from "../demo/branch.ts";
import { type AddedBox, type Enrolment, enrolBox } from "../test/enrol.ts";
import { type Staff, signInFirst } from "../test/staff.ts";

const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };

/** A cloud with a company, a branch and a box in it, made by its public API as staff make them. */
export type LabCloud = {
  staff: Staff;
  enrolment: Enrolment;
  /** Puts the branch's settings on the cloud; the box is to fetch them. */
  keepSettings: (document: BranchDocument) => Promise<void>;
  /** Reads any address of the staff app's API. */
  read: <T>(path: string) => Promise<T>;
  close: () => Promise<void>;
};

export async function startLabCloud(folder: string): Promise<LabCloud> {
  const dataFolder = join(folder, "cloud");
  mkdirSync(dataFolder, { recursive: true });
  const cloud = await startCloud({
    ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder, role: "all" },
    ...{ selfSignUp: false, logLevel: "error" },
  });
  try {
    const staff = await signInFirst(cloud.firstSignInUrl ?? "", {
      ...ACCOUNT,
      ...{ tenantName: TENANT_NAME },
    });
    const branch = await call<{ id: string }>(staff, "POST", "/api/v1/branches", {
      ...{ name: "Lab", timeZone: TIME_ZONE, country: COUNTRY, languages: ["vi", "en"] },
    });
    const boxes = `/api/v1/branches/${branch.id}/boxes`;
    const added = await call<AddedBox>(staff, "POST", boxes, { name: "Box of the lab" });
    const enrolment = await enrolBox(added);
    return {
      staff,
      enrolment,
      keepSettings: async (document) => {
        await call(staff, "PUT", `/api/v1/branches/${branch.id}/settings`, document);
      },
      read: (path) => call(staff, "GET", path),
      close: cloud.close,
    };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

async function call<T>(
  { origin, cookie }: Staff,
  method: "GET" | "POST" | "PUT",
  path: string,
  content?: object,
): Promise<T> {
  const { statusCode, body } = await request(`${origin}${path}`, {
    method,
    headers: { cookie, origin, ...(content ? { "content-type": "application/json" } : {}) },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${method} ${path} answered ${statusCode}: ${text}`);
  return JSON.parse(text) as T;
}
