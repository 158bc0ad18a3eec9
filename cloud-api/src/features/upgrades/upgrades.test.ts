import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import {
  BOX_API,
  type ReleaseAnnouncement,
  signAnnouncement,
  type UpgradeOutcome,
  type UpgradeReply,
} from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Enrolled, signBoxCall, signJson } from "../../../test/box-calls.ts";
import { enrolBox } from "../../../test/enrol-box.ts";
import {
  openTestApp,
  randomEmail,
  type TestApp,
  type TestBrowser,
} from "../../../test/open-test-app.ts";
import { setUpTwoSteps } from "../../../test/set-up-two-steps.ts";
import { setOperator } from "../../operator.ts";
import { PART_BYTES } from "./rules.ts";
import type { BoxUpgrade, OperatedReleases, Ring } from "./schema.ts";

const RELEASES = "/api/v1/operator/releases";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

let site: TestApp;
let operator: TestBrowser;
let owner: TestBrowser;
const box = {} as Record<Ring, Enrolled>;
beforeAll(async () => {
  const releaseKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  site = await openTestApp({ releaseKey });
  const email = randomEmail();
  operator = await site.signUp({ email });
  await setOperator(
    { databaseUrl: site.administratorUrl, dataFolder: "" },
    { email, isOperator: true },
  );
  await setUpTwoSteps(site, operator);
  owner = await site.signUp();
  for (const ring of ["early", "most", "last"] as const) {
    const { body } = await owner.ask<{ id: string }>("POST", "/api/v1/branches", BRANCH(ring));
    box[ring] = await enrolBox(site, owner, body.id);
    await chooseRing(box[ring], ring);
  }
});
afterAll(() => site?.close());

const BRANCH = (name: string) => ({
  ...{ name, country: "VN", languages: ["vi"], timeZone: "Asia/Ho_Chi_Minh" },
});
const chooseRing = async ({ boxId }: Enrolled, ring: Ring) =>
  expect((await owner.ask("PUT", `/api/v1/boxes/${boxId}/upgrade`, { ring })).status).toBe(200);
const statusOf = async ({ boxId }: Enrolled) =>
  (await owner.ask<BoxUpgrade>("GET", `/api/v1/boxes/${boxId}/upgrade`)).body;

/** A release of this length, announced as the one who makes releases would. */
function makeRelease(version: string, bytes = 1000) {
  const tarball = randomBytes(bytes);
  const sha256 = createHash("sha256").update(tarball).digest("hex");
  const said = { version, architecture: "x64" as const, bytes, sha256 };
  return { tarball, announcement: signAnnouncement({ ...said, signedAt: at() }, pem) };
}
let made = 0;
/** Each a second after the one before. */
const at = () => {
  made += 1;
  return new Date(Date.UTC(2026, 10, 27) + made * 1000).toISOString();
};

const put = (sha256: string, part: number, bytes: Buffer) =>
  operator.ask("PUT", `${RELEASES}/${sha256}/parts/${part}`, bytes, {
    "content-type": "application/octet-stream",
  });
const roll = async (sha256: string, stage: Ring, haltedReason?: string) =>
  (await operator.ask("PUT", `${RELEASES}/${sha256}/rollout`, { stage, haltedReason })).status;

/** Puts a whole release in, offered as far as a stage. */
async function offer(version: string, stage: Ring): Promise<ReleaseAnnouncement> {
  const { tarball, announcement } = makeRelease(version);
  expect((await operator.ask("POST", RELEASES, announcement)).status).toBe(204);
  expect((await put(announcement.sha256, 0, tarball)).status).toBe(204);
  expect(await roll(announcement.sha256, stage)).toBe(204);
  return announcement;
}

async function ask(
  { boxKey }: Enrolled,
  { outcome = null, release = "0.1.0" }: { outcome?: UpgradeOutcome | null; release?: string } = {},
) {
  const url = BOX_API.upgrade;
  const said = { release, architecture: "x64", outcome };
  const { content, headers } = signJson(boxKey, url, said);
  const answer = await site.app.inject({ method: "POST", url, headers, payload: content });
  expect(answer.statusCode).toBe(200);
  return answer.json<UpgradeReply>().offer;
}
const versionFor = async (each: Enrolled) => (await ask(each))?.announcement.version ?? null;
const became = (
  { version, sha256 }: ReleaseAnnouncement,
  kind: UpgradeOutcome["kind"],
  reason: string | null = null,
) => ({ outcome: { version, sha256, kind, reason } });
const listed = async (sha256: string) =>
  (await operator.ask<OperatedReleases>("GET", RELEASES)).body.releases.find(
    ({ announcement }) => announcement.sha256 === sha256,
  );

describe("whoever runs this Foyer", () => {
  test("puts in only what the key of this cloud has signed, and nobody else does", async () => {
    const { announcement } = makeRelease("0.2.0");
    const forged = { ...announcement, version: "0.2.1" };
    expect((await operator.ask("POST", RELEASES, forged)).status).toBe(400);
    expect((await owner.ask("POST", RELEASES, announcement)).status).toBe(403);
    expect((await operator.ask("POST", RELEASES, announcement)).status).toBe(204);
    expect((await operator.ask("POST", RELEASES, announcement)).status).toBe(204);
    expect(await listed(announcement.sha256)).toMatchObject({ partsHeld: 0, stage: null });
  });

  test("offers a release once all of it is here as it was announced", async () => {
    const { tarball, announcement } = makeRelease("0.2.0", PART_BYTES + 10);
    const { sha256 } = announcement;
    expect((await put(sha256, 0, tarball.subarray(0, PART_BYTES))).status).toBe(404);
    await operator.ask("POST", RELEASES, announcement);
    expect((await put(sha256, 0, tarball.subarray(0, 10))).status).toBe(400);
    expect((await put(sha256, 2, Buffer.alloc(1))).status).toBe(400);
    expect((await put(sha256, 0, tarball.subarray(0, PART_BYTES))).status).toBe(204);
    expect(await roll(sha256, "early")).toBe(409);
    expect((await put(sha256, 1, Buffer.alloc(10))).status).toBe(204);
    expect(await roll(sha256, "early")).toBe(409);
    expect((await put(sha256, 1, tarball.subarray(PART_BYTES))).status).toBe(204);
    expect(await roll(sha256, "early")).toBe(204);
    expect((await put(sha256, 1, Buffer.alloc(10))).status).toBe(409);
    expect(await fetchRelease(sha256)).toMatchObject({ status: 200, body: tarball });
    const rest = await fetchRelease(sha256, PART_BYTES - 5);
    expect(rest).toMatchObject({ status: 206, body: tarball.subarray(PART_BYTES - 5) });
    expect(rest.range).toBe(`bytes ${PART_BYTES - 5}-${PART_BYTES + 9}/${PART_BYTES + 10}`);
    expect((await fetchRelease("ab".repeat(32))).status).toBe(404);
    await roll(sha256, "early", "enough");
  });
});

async function fetchRelease(sha256: string, from?: number) {
  const url = `${BOX_API.releases}${sha256}`;
  const signed = signBoxCall(box.early.boxKey, { method: "GET", target: url });
  const headers = { ...signed, ...(from === undefined ? {} : { range: `bytes=${from}-` }) };
  const answer = await site.app.inject({ method: "GET", url, headers });
  const { statusCode: status, rawPayload: body } = answer;
  return { status, body, range: answer.headers["content-range"] };
}

describe("a release", () => {
  test("is offered ring by ring, in quiet stretches, and to no box that runs it", async () => {
    const { sha256 } = await offer("0.3.0", "early");
    expect(await versionFor(box.early)).toBe("0.3.0");
    expect(await versionFor(box.most)).toBeNull();
    expect(await roll(sha256, "most")).toBe(204);
    expect(await versionFor(box.most)).toBe("0.3.0");
    expect(await versionFor(box.last)).toBeNull();
    expect(await roll(sha256, "last")).toBe(204);
    const offered = await ask(box.last);
    expect(offered?.announcement.sha256).toBe(sha256);
    expect(offered?.quiet.length).toBeGreaterThan(0);
    expect(await ask(box.last, { release: "0.3.0" })).toBeNull();
    await roll(sha256, "last", "over");
    expect(await versionFor(box.early)).toBeNull();
  });

  test("is halted for all by the first box that goes back from it, with its reason", async () => {
    const release = await offer("0.4.0", "most");
    expect(
      await ask(box.early, became(release, "rolled-back", "did not come up: portal")),
    ).toBeNull();
    expect(await versionFor(box.most)).toBeNull();
    const { sha256 } = release;
    const reason = "did not come up: portal";
    const halted = { haltedReason: `rolled-back: ${reason}`, rolledBack: 1, lastReason: reason };
    expect(await listed(sha256)).toMatchObject(halted);
    expect((await statusOf(box.early)).last).toMatchObject({
      ...{ version: "0.4.0", outcome: "rolled-back", reason },
    });
    // Who lets it go on has it tried anew.
    expect(await roll(sha256, "most")).toBe(204);
    expect(await versionFor(box.early)).toBe("0.4.0");
    await roll(sha256, "most", "over");
  });

  test("is not offered again to a box that has it or refused it, and goes on for others", async () => {
    const release = await offer("0.5.0", "last");
    expect(await ask(box.early, became(release, "upgraded"))).toBeNull();
    expect(await ask(box.most, became(release, "refused", "no-room"))).toBeNull();
    expect(await versionFor(box.most)).toBeNull();
    expect(await versionFor(box.last)).toBe("0.5.0");
    const counts = { upgraded: 1, refused: 1, rolledBack: 0, haltedReason: null };
    expect(await listed(release.sha256)).toMatchObject(counts);
    expect(await statusOf(box.most)).toMatchObject({ ring: "most", release: "0.1.0" });
    await roll(release.sha256, "last", "over");
  });

  test("is no stranger's to choose the ring of", async () => {
    const stranger = await site.signUp();
    const path = `/api/v1/boxes/${box.early.boxId}/upgrade`;
    expect((await stranger.ask("PUT", path, { ring: "last" })).status).toBe(404);
    expect((await stranger.ask("GET", path)).status).toBe(404);
    expect(await statusOf(box.early)).toMatchObject({ ring: "early" });
  });
});
