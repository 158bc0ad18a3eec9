import {
  closeDueVisits,
  endSession,
  keepShownPage,
  markPageShown,
  startSession,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { MAC, NAS_ID, sampleSettings, startTestBox, type TestBox } from "../../test/box.ts";
import { type AccessOptions, openTestNas, type TestNas } from "../../test/nas.ts";
import { codes } from "../protocol/dictionary.ts";
import { findValue } from "../protocol/values.ts";

const FIFTH_PAGE = "01990000-0000-7000-8000-000000000095";
const USUAL_PAGE = "01990000-0000-7000-8000-000000000096";
const byMac = { userName: MAC, password: MAC, mac: MAC };

const ask = async (box: TestBox, nas: TestNas, options: AccessOptions) => {
  const reply = await nas.exchange(box.authPort, nas.pap(options));
  if (!reply) return "silence";
  return reply.code === codes.accessAccept ? "accept" : findValue(reply, "Reply-Message");
};

/** A guest known by their device, at a branch with these pages. */
async function knownDevice(
  greet: BranchSettings["signIn"]["greet"],
  change: (settings: BranchSettings) => void,
) {
  const settings = sampleSettings((each) => {
    each.signIn.greet = greet;
    change(each);
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  return { box, nas, ...box.issueTicketFor() };
}

test("part of MC-4.1: where pages are due once each, the fifth visit alone is sent to the portal", async () => {
  const { box, nas, deviceId, guestId } = await knownDevice("when-due", (settings) => {
    const [page] = settings.pages;
    if (!page) throw new Error("the sample has no page");
    const when = { guests: "returning" as const, visitNumbers: [] };
    settings.pages = [
      { ...page, id: FIFTH_PAGE, when: { ...when, visitNumbers: [5] } },
      { ...page, id: USUAL_PAGE, when },
    ];
  });
  const answers: string[] = [];
  for (let visit = 1; visit <= 6; visit++) {
    const answer = await ask(box, nas, byMac);
    answers.push(String(answer));
    const session = { nasId: NAS_ID, acctSessionId: `s-${visit}`, mac: MAC };
    const pageId = visit === 5 ? FIFTH_PAGE : USUAL_PAGE;
    box.store.transaction((tx) => {
      if (answer === "page-due") keepShownPage(tx, { guestId, pageId, version: 1 });
      markPageShown(tx, deviceId);
      startSession(tx, { ...session, at: tx.now });
      endSession(tx, { ...session, at: tx.now, cause: "Lost-Carrier" });
    });
    box.advance(60 * 60 + 1);
    box.store.transaction((tx) => closeDueVisits(tx));
    await box.catchUp();
  }
  expect(answers).toEqual(["page-due", "accept", "accept", "accept", "page-due", "accept"]);
});

test("part of MC-4.3: a page's own greet policy holds within its slot, to the second", async () => {
  const { box, nas, deviceId } = await knownDevice("never", (settings) => {
    const hours = [{ days: [7], from: "09:10", to: "09:20" }];
    const [page] = settings.pages;
    if (!page) throw new Error("the sample has no page");
    const when = { guests: "any" as const, visitNumbers: [], hours };
    settings.pages = [{ ...page, greet: "each-visit", when }];
  });
  box.store.transaction((tx) => markPageShown(tx, deviceId));
  expect(await ask(box, nas, byMac)).toBe("accept");
  // The clock stood at 09:00 on a Sunday in Ho Chi Minh City.
  box.advance(599);
  expect(await ask(box, nas, byMac)).toBe("accept");
  box.advance(1);
  expect(await ask(box, nas, byMac)).toBe("page-due");
  box.advance(599);
  expect(await ask(box, nas, byMac)).toBe("page-due");
  box.advance(1);
  expect(await ask(box, nas, byMac)).toBe("accept");
});
