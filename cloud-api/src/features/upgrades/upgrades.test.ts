import { BOX_API } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Enrolled, signBoxCall } from "../../../test/box-calls.ts";
import {
  became,
  makeRelease,
  openReleasePlace,
  RELEASES,
  type ReleasePlace,
} from "../../../test/release-place.ts";
import { PART_BYTES } from "./rules.ts";
import type { BoxUpgrade, Ring } from "./schema.ts";

let place: ReleasePlace;
const box = {} as Record<Ring, Enrolled>;
beforeAll(async () => {
  place = await openReleasePlace();
  for (const ring of ["early", "most", "last"] as const) box[ring] = await place.addBox(ring);
});
afterAll(() => place?.site.close());

const statusOf = async ({ boxId }: Enrolled) =>
  (await place.owner.ask<BoxUpgrade>("GET", `/api/v1/boxes/${boxId}/upgrade`)).body;

describe("whoever runs this Foyer", () => {
  test("puts in only what the key of this cloud has signed, and nobody else does", async () => {
    const { announcement } = makeRelease("0.2.0");
    const forged = { ...announcement, version: "0.2.1" };
    expect((await place.operator.ask("POST", RELEASES, forged)).status).toBe(400);
    expect((await place.owner.ask("POST", RELEASES, announcement)).status).toBe(403);
    expect((await place.operator.ask("POST", RELEASES, announcement)).status).toBe(204);
    expect((await place.operator.ask("POST", RELEASES, announcement)).status).toBe(204);
    expect(await place.listed(announcement.sha256)).toMatchObject({ partsHeld: 0, stage: null });
  });

  test("offers a release once all of it is here as it was announced", async () => {
    const { tarball, announcement } = makeRelease("0.2.0", PART_BYTES + 10);
    const { sha256 } = announcement;
    expect((await place.putPart(sha256, 0, tarball.subarray(0, PART_BYTES))).status).toBe(404);
    await place.operator.ask("POST", RELEASES, announcement);
    expect((await place.putPart(sha256, 0, tarball.subarray(0, 10))).status).toBe(400);
    expect((await place.putPart(sha256, 2, Buffer.alloc(1))).status).toBe(400);
    expect((await place.putPart(sha256, 0, tarball.subarray(0, PART_BYTES))).status).toBe(204);
    expect(await place.roll(sha256, "early")).toBe(409);
    expect((await place.putPart(sha256, 1, Buffer.alloc(10))).status).toBe(204);
    expect(await place.roll(sha256, "early")).toBe(409);
    expect((await place.putPart(sha256, 1, tarball.subarray(PART_BYTES))).status).toBe(204);
    expect(await place.roll(sha256, "early")).toBe(204);
    expect((await place.putPart(sha256, 1, Buffer.alloc(10))).status).toBe(409);
    expect(await fetchRelease(sha256)).toMatchObject({ status: 200, body: tarball });
    const rest = await fetchRelease(sha256, PART_BYTES - 5);
    expect(rest).toMatchObject({ status: 206, body: tarball.subarray(PART_BYTES - 5) });
    expect(rest.range).toBe(`bytes ${PART_BYTES - 5}-${PART_BYTES + 9}/${PART_BYTES + 10}`);
    expect((await fetchRelease("ab".repeat(32))).status).toBe(404);
    await place.roll(sha256, "early", "enough");
  });
});

test("the rest of a release does not come to a box that was removed while it came", async () => {
  const { tarball, announcement } = makeRelease("0.2.5", 40 * PART_BYTES);
  const { sha256 } = announcement;
  await place.operator.ask("POST", RELEASES, announcement);
  for (let part = 0; part < 40; part += 1)
    await place.putPart(sha256, part, tarball.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
  expect(await place.roll(sha256, "early")).toBe(204);
  const gone = await place.addBox("early");
  const origin = await place.site.app.listen({ host: "127.0.0.1", port: 0 });
  const url = `${BOX_API.releases}${sha256}`;
  const signed = signBoxCall(gone.boxKey, { method: "GET", target: url });
  const answer = await fetch(`${origin}${url}`, { headers: signed });
  expect(answer.status).toBe(200);
  const reader = answer.body?.getReader();
  await reader?.read();
  const branch = `/api/v1/branches/${gone.branchId}`;
  const removed = await place.owner.ask("DELETE", `${branch}/boxes/${gone.boxId}`);
  expect(removed.status).toBe(204);
  const rest = async () => {
    for (;;) if ((await reader?.read())?.done) return "whole";
  };
  await expect(rest()).rejects.toThrow();
  await place.roll(sha256, "early", "enough");
});

async function fetchRelease(sha256: string, from?: number) {
  const url = `${BOX_API.releases}${sha256}`;
  const signed = signBoxCall(box.early.boxKey, { method: "GET", target: url });
  const headers = { ...signed, ...(from === undefined ? {} : { range: `bytes=${from}-` }) };
  const answer = await place.site.app.inject({ method: "GET", url, headers });
  const { statusCode: status, rawPayload: body } = answer;
  return { status, body, range: answer.headers["content-range"] };
}

describe("a release", () => {
  test("is offered ring by ring, in quiet stretches, and to no box that runs it", async () => {
    const { sha256 } = await place.offer("0.3.0", "early");
    expect(await place.versionFor(box.early)).toBe("0.3.0");
    expect(await place.versionFor(box.most)).toBeNull();
    expect(await place.roll(sha256, "most")).toBe(204);
    expect(await place.versionFor(box.most)).toBe("0.3.0");
    expect(await place.versionFor(box.last)).toBeNull();
    expect(await place.roll(sha256, "last")).toBe(204);
    const offered = await place.ask(box.last);
    expect(offered?.announcement.sha256).toBe(sha256);
    expect(offered?.quiet.length).toBeGreaterThan(0);
    expect(await place.ask(box.last, { release: "0.3.0" })).toBeNull();
    await place.roll(sha256, "last", "over");
    expect(await place.versionFor(box.early)).toBeNull();
  });

  test("goes on for others where one box goes back from it, which is not offered it again", async () => {
    const release = await place.offer("0.4.0", "most");
    const reason = "did not come up: portal";
    expect(await place.ask(box.early, became(release, "rolled-back", reason))).toBeNull();
    expect(await place.versionFor(box.early)).toBeNull();
    expect(await place.versionFor(box.most)).toBe("0.4.0");
    const counts = { haltedReason: null, rolledBack: 1, lastReason: reason };
    expect(await place.listed(release.sha256)).toMatchObject(counts);
    expect((await statusOf(box.early)).last).toMatchObject({
      ...{ version: "0.4.0", outcome: "rolled-back", reason },
    });
    await place.roll(release.sha256, "most", "over");
  });

  test("is not offered again to a box that has it or refused it, and goes on for others", async () => {
    const release = await place.offer("0.5.0", "last");
    expect(await place.ask(box.early, became(release, "upgraded"))).toBeNull();
    expect(await place.ask(box.most, became(release, "refused", "no-room"))).toBeNull();
    expect(await place.versionFor(box.most)).toBeNull();
    expect(await place.versionFor(box.last)).toBe("0.5.0");
    const counts = { upgraded: 1, refused: 1, rolledBack: 0, haltedReason: null };
    expect(await place.listed(release.sha256)).toMatchObject(counts);
    expect(await statusOf(box.most)).toMatchObject({ ring: "most", release: "0.1.0" });
    await place.roll(release.sha256, "last", "over");
  });

  test("is no stranger's to choose the ring of", async () => {
    const stranger = await place.site.signUp();
    const path = `/api/v1/boxes/${box.early.boxId}/upgrade`;
    expect((await stranger.ask("PUT", path, { ring: "last" })).status).toBe(404);
    expect((await stranger.ask("GET", path)).status).toBe(404);
    expect(await statusOf(box.early)).toMatchObject({ ring: "early" });
  });
});
