import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { EventPayload } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  GAP,
  NAS,
  openTestStore,
  PHONE,
  report,
  sampleSettings,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  applyKnownGuests,
  applySettings,
  closeDueVisits,
  endSession,
  findPullPosition,
  findViewer,
  hasAnsweredSurvey,
  keepShownPage,
  keepSurveyAnswer,
  listAnsweredSurveys,
  listShownPages,
  NOBODYS_ANSWERS_MAX,
  startSession,
} from "./index.ts";

const EVERYTHING = { surveys: true, lastVisit: true, shownPages: true };

const answer = (
  given: Partial<EventPayload<"survey.answered">>,
): EventPayload<"survey.answered"> => ({
  ...{ answerId: randomUUID(), surveyId: "spring", guestId: null, deviceId: null, nasId: NAS },
  ...{ by: "page", place: null, language: "vi", choices: {}, ratings: { stars: 4 }, texts: {} },
  ...given,
});
const keep = (store: TestStore, given: Partial<EventPayload<"survey.answered">>) =>
  store.transaction((tx) => keepSurveyAnswer(tx, answer(given)).kind);
const visit = (store: TestStore, id: string) => {
  store.transaction((tx) => startSession(tx, report(store, id)));
  store.advance(600);
  store.transaction((tx) =>
    endSession(tx, { ...report(store, id), cause: "User-Request", connectedSeconds: 600 }),
  );
  const leftAt = store.read((tx) => tx.now);
  store.advance(GAP + 1);
  store.transaction((tx) => closeDueVisits(tx));
  return leftAt;
};

describe("an answer to a survey", () => {
  test("is kept with its event, and a guest is taken at their first word", () => {
    const store = openTestStore();
    const { guest, device } = signIn(store);
    const who = { guestId: guest.id, deviceId: device.id };
    expect(keep(store, who)).toBe("kept");
    expect(keep(store, { ...who, ratings: { stars: 1 } })).toBe("answered-before");
    expect(store.listEvents("survey.answered").map((each) => each.payload.ratings)).toEqual([
      { stars: 4 },
    ]);
    expect(store.read((tx) => listAnsweredSurveys(tx, guest.id))).toEqual(["spring"]);
    expect(keep(store, { ...who, surveyId: "autumn" })).toBe("kept");
  });

  test("that is not kept tells nothing: both are one transaction", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    const fail = () =>
      store.transaction((tx) => {
        keepSurveyAnswer(tx, answer({ guestId: guest.id }));
        throw new Error("the power went");
      });
    expect(fail).toThrow("the power went");
    expect(store.listEvents("survey.answered")).toEqual([]);
    expect(store.read((tx) => listAnsweredSurveys(tx, guest.id))).toEqual([]);
  });

  test("of a device that is nobody's is taken once; of nobody at all, once a form", () => {
    const store = openTestStore();
    const { device, guest } = signIn(store, { proved: false });
    expect(keep(store, { deviceId: device.id })).toBe("kept");
    expect(keep(store, { deviceId: device.id })).toBe("answered-before");
    const who = { surveyId: "spring", guestId: null, deviceId: device.id };
    expect(store.read((tx) => hasAnsweredSurvey(tx, who))).toBe(true);
    expect(store.read((tx) => hasAnsweredSurvey(tx, { ...who, guestId: guest.id }))).toBe(false);
    const answerId = randomUUID();
    expect(keep(store, { answerId })).toBe("kept");
    expect(keep(store, { answerId })).toBe("answered-before");
    expect(keep(store, {})).toBe("kept");
  });

  test("of nobody is taken so many times an hour; a guest's always is", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    for (let count = 0; count < NOBODYS_ANSWERS_MAX; count++) keep(store, {});
    expect(keep(store, {})).toBe("too-many");
    expect(keep(store, { guestId: guest.id })).toBe("kept");
    store.advance(3601);
    expect(keep(store, {})).toBe("kept");
  });
});

test("of each page the newest version that a guest was shown is known", () => {
  const store = openTestStore();
  const { guest } = signIn(store);
  const shown = (pageId: string, version: number) =>
    store.transaction((tx) => keepShownPage(tx, { guestId: guest.id, pageId, version }));
  shown("a", 2);
  shown("a", 1);
  shown("b", 1);
  expect(store.read((tx) => listShownPages(tx, guest.id))).toEqual([
    { pageId: "a", version: 2 },
    { pageId: "b", version: 1 },
  ]);
});

describe("whom a page is for", () => {
  const viewerOf = (store: TestStore, guest: Parameters<typeof findViewer>[1]) =>
    store.read((tx) => findViewer(tx, guest, EVERYTHING));

  test("the visit before is the one that is over, whether they are here or not yet", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 1, lastVisitAt: null });
    store.transaction((tx) => startSession(tx, report(store, "first")));
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 1, lastVisitAt: null });
    const leftAt = visit(store, "first");
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 2, lastVisitAt: leftAt });
    store.transaction((tx) => startSession(tx, report(store, "second")));
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 2, lastVisitAt: leftAt });
  });

  test("visits to the tenant are the cloud's count and the box's own above it", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    const key = randomBytes(32);
    const phoneHash = createHmac("sha256", key).update(PHONE).digest("hex");
    const told = { customerId: randomUUID(), phoneHash, guestIds: [], name: null, language: null };
    const tell = (tenantVisits: { tenantVisits?: number }) =>
      store.transaction((tx) =>
        applyKnownGuests(tx, {
          ...{ position: 1, complete: true, key: key.toString("base64"), removed: [] },
          ...{ guests: [{ ...told, visits: 2, ...tenantVisits }], countedThrough: null },
        }),
      );
    tell({ tenantVisits: 7 });
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 3, tenantVisitNumber: 8 });
    visit(store, "own");
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 4, tenantVisitNumber: 9 });
    tell({});
    expect(viewerOf(store, guest)).toMatchObject({ visitNumber: 4, tenantVisitNumber: 4 });
  });

  test("what no page asks for is not looked up", () => {
    const store = openTestStore();
    const { guest } = signIn(store);
    keep(store, { guestId: guest.id });
    visit(store, "first");
    const asks = { surveys: false, lastVisit: false, shownPages: false };
    expect(store.read((tx) => findViewer(tx, guest, asks))).toMatchObject({
      ...{ answeredSurveys: [], lastVisitAt: null, shownPages: [] },
    });
  });

  test("once pages are chosen by visits to other branches, all guests are asked for anew, once", () => {
    const store = openTestStore();
    const position = () => store.read((tx) => findPullPosition(tx).guests);
    const tell = () =>
      store.transaction((tx) =>
        applyKnownGuests(tx, {
          ...{ position: 9, complete: true, key: randomBytes(32).toString("base64") },
          ...{ guests: [], removed: [], countedThrough: null },
        }),
      );
    const apply = (version: number, tenantVisitNumbers?: number[]) => {
      const settings = { ...sampleSettings(), version };
      Object.assign(settings.pages[0]?.when ?? {}, { tenantVisitNumbers });
      if (!tenantVisitNumbers) delete settings.pages[0]?.when.tenantVisitNumbers;
      store.transaction((tx) => applySettings(tx, settings));
    };
    tell();
    apply(4);
    expect(position()).toBe(9);
    apply(5, [1]);
    expect(position()).toBe(0);
    tell();
    apply(6, [2]);
    expect(position()).toBe(9);
  });
});
