import { BOX_API, type PullReply } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import { type EnrolledBox, openTestSite, type TestSite } from "../../../test/open-test-site.ts";
import { openPullPlaces, PULLS_WAITING_MAX } from "./pull-places.ts";

let site: TestSite;
beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());

test("a box that waits at more pulls than it needs is sent home from the oldest, another's stay", () => {
  const places = openPullPlaces();
  const other = places.enter("other");
  const own = Array.from({ length: PULLS_WAITING_MAX + 2 }, () => places.enter("own"));
  const ended = own.map(({ signal }) => signal.aborted);
  expect(ended).toEqual([true, true, ...Array(PULLS_WAITING_MAX).fill(false)]);
  expect(other.signal.aborted).toBe(false);
});

test("what has not left is counted: beyond it the box is told to wait, until one leaves", () => {
  const places = openPullPlaces();
  const own = Array.from({ length: 2 * PULLS_WAITING_MAX }, () => places.enter("own"));
  expect(() => places.enter("own")).toThrow("Wait, then pull.");
  own[0]?.leave();
  expect(places.enter("own").signal.aborted).toBe(false);
});

/** Where a box is that has all that there is. */
async function catchUp({ pull }: EnrolledBox): Promise<{ settings: number; guests: number }> {
  const held = { settings: 0, guests: 0 };
  for (;;) {
    const news: PullReply | null = await pull(held);
    if (news === null) return held;
    held.settings = Number(news.settings?.version ?? held.settings);
    held.guests = news.knownGuests?.position ?? held.guests;
  }
}

test("pulls that a box has forgotten are answered with nothing, the newest go on waiting", async () => {
  const staff = await site.addOwner();
  const box = await staff.addBox((await staff.addBranch()).id);
  const { settings, guests } = await catchUp(box);
  const target = `${BOX_API.pull}?settings=${settings}&guests=${guests}&wait=30`;
  const answers: (number | null)[] = [];
  const hungUp = new AbortController();
  for (let at = 0; at < PULLS_WAITING_MAX + 3; at += 1) {
    answers.push(null);
    const headers = signBoxCall(box.boxKey, { method: "GET", target });
    void fetch(`${site.origin}${target}`, { headers, signal: hungUp.signal }).then(
      ({ status }) => {
        answers[at] = status;
      },
      () => {},
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const waiting = Array(PULLS_WAITING_MAX).fill(null);
  await expect.poll(() => answers, { timeout: 10_000 }).toEqual([204, 204, 204, ...waiting]);
  hungUp.abort();
});
