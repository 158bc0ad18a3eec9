import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import {
  BOX_API,
  type ReleaseAnnouncement,
  signAnnouncement,
  type UpgradeOutcome,
  type UpgradeReply,
} from "@foyer/contract";
import { expect } from "vitest";
import type { OperatedReleases, Ring } from "../src/features/upgrades/schema.ts";
import { setOperator } from "../src/operator.ts";
import { type Enrolled, signJson } from "./box-calls.ts";
import { enrolBox } from "./enrol-box.ts";
import { openTestApp, randomEmail } from "./open-test-app.ts";
import { setUpTwoSteps } from "./set-up-two-steps.ts";

export const RELEASES = "/api/v1/operator/releases";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

let made = 0;
/** Each a second after the one before. */
function nextMoment(): string {
  made += 1;
  return new Date(Date.UTC(2026, 10, 27) + made * 1000).toISOString();
}

type Architecture = ReleaseAnnouncement["architecture"];

/** A release of this length, announced as the one who makes releases would. */
export function makeRelease(version: string, bytes = 1000, architecture: Architecture = "x64") {
  const tarball = randomBytes(bytes);
  const sha256 = createHash("sha256").update(tarball).digest("hex");
  const said = { version, architecture, bytes, sha256 };
  return { tarball, announcement: signAnnouncement({ ...said, signedAt: nextMoment() }, pem) };
}

export const became = (
  { version, sha256 }: ReleaseAnnouncement,
  kind: UpgradeOutcome["kind"],
  reason: string | null = null,
) => ({ outcome: { version, sha256, kind, reason } });

export type ReleasePlace = Awaited<ReturnType<typeof openReleasePlace>>;

/** A cloud that takes releases, whoever runs it, and a company with boxes. */
export async function openReleasePlace() {
  const releaseKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  const site = await openTestApp({ releaseKey });
  const email = randomEmail();
  const operator = await site.signUp({ email });
  await setOperator(
    { databaseUrl: site.administratorUrl, dataFolder: "" },
    { email, isOperator: true },
  );
  await setUpTwoSteps(site, operator);
  const owner = await site.signUp();

  const chooseRing = async ({ boxId }: Enrolled, ring: Ring) =>
    expect((await owner.ask("PUT", `/api/v1/boxes/${boxId}/upgrade`, { ring })).status).toBe(200);
  const putPart = (sha256: string, part: number, bytes: Buffer) =>
    operator.ask("PUT", `${RELEASES}/${sha256}/parts/${part}`, bytes, {
      "content-type": "application/octet-stream",
    });
  const roll = async (sha256: string, stage: Ring, haltedReason?: string) =>
    (await operator.ask("PUT", `${RELEASES}/${sha256}/rollout`, { stage, haltedReason })).status;
  const ask = async (
    { boxKey }: Enrolled,
    {
      outcome = null,
      release = "0.1.0",
      architecture = "x64",
    }: { outcome?: UpgradeOutcome | null; release?: string; architecture?: Architecture } = {},
  ) => {
    const url = BOX_API.upgrade;
    const said = { release, architecture, outcome };
    const { content, headers } = signJson(boxKey, url, said);
    const answer = await site.app.inject({ method: "POST", url, headers, payload: content });
    expect(answer.statusCode).toBe(200);
    return answer.json<UpgradeReply>().offer;
  };
  return {
    ...{ site, operator, owner, chooseRing, putPart, roll, ask },
    addBox: async (ring: Ring): Promise<Enrolled> => {
      const branch = { name: ring, country: "VN", languages: ["vi"], timeZone: "Asia/Ho_Chi_Minh" };
      const { body } = await owner.ask<{ id: string }>("POST", "/api/v1/branches", branch);
      const box = await enrolBox(site, owner, body.id);
      await chooseRing(box, ring);
      return box;
    },
    /** Puts a whole release in, offered as far as a stage. */
    offer: async (
      version: string,
      stage: Ring,
      architecture?: Architecture,
    ): Promise<ReleaseAnnouncement> => {
      const { tarball, announcement } = makeRelease(version, 1000, architecture);
      expect((await operator.ask("POST", RELEASES, announcement)).status).toBe(204);
      expect((await putPart(announcement.sha256, 0, tarball)).status).toBe(204);
      expect(await roll(announcement.sha256, stage)).toBe(204);
      return announcement;
    },
    versionFor: async (box: Enrolled) => (await ask(box))?.announcement.version ?? null,
    listed: async (sha256: string) => {
      const { releases } = (await operator.ask<OperatedReleases>("GET", RELEASES)).body;
      const release = releases.find(({ announcement }) => announcement.sha256 === sha256);
      if (!release) throw new Error("There is no such release.");
      return release;
    },
  };
}
