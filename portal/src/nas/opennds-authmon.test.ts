import { expect, test } from "vitest";
import { openAuthmon, readAuthmon, rhidOf, writeAuthmonLine } from "./opennds-authmon.ts";

const NAS = "0199f000-0000-7000-8000-000000000004";
const rhid = (number: number) => rhidOf(String(number), "a-key");
const line = (number: number) => writeAuthmonLine(rhid(number), undefined, `custom-${number}`);

function open() {
  const clock = { now: 0 };
  const authmon = openAuthmon(() => new Date(clock.now));
  const offer = (number: number, text = line(number)) =>
    authmon.offer(NAS, { rhid: rhid(number), line: text });
  const view = () => authmon.answer(NAS, { kind: "view" });
  return { authmon, clock, offer, view };
}

const numbersIn = (answer: string, count = 9) =>
  Array.from({ length: count }, (_, i) => i).filter((number) => answer.includes(rhid(number)));

test("a line holds digits and base64 alone, since authmon hands it to a shell", () => {
  const limits = { sessionSeconds: 61, uploadKbps: 512, downloadKbps: null, sessionBytes: 1025 };
  const text = writeAuthmonLine(rhid(1), limits, "$(reboot); `reboot` 'x'");
  expect(text).toMatch(/^[0-9a-f]{64}( \d+){5} [A-Za-z0-9+/=]+$/);
  expect(text.split(" ").slice(1, 6)).toEqual(["2", "512", "0", "2", "2"]);
});

test("upload and download may each take the whole volume, or what it has by itself", () => {
  const rates = { sessionSeconds: null, uploadKbps: null, downloadKbps: null };
  const quotas = (limits: { sessionBytes: number | null; sessionDownloadBytes?: number | null }) =>
    writeAuthmonLine(rhid(1), { ...rates, ...limits }, "x")
      .split(" ")
      .slice(4, 6);
  expect(quotas({ sessionBytes: null, sessionDownloadBytes: 2048 })).toEqual(["0", "2"]);
  expect(quotas({ sessionBytes: 5 * 2 ** 30, sessionDownloadBytes: 2049 })).toEqual([
    ...["5242880", "3"],
  ]);
  expect(quotas({ sessionBytes: 1024, sessionDownloadBytes: null })).toEqual(["1", "1"]);
});

test("at most four are told of at a time, and no more than the letters that authmon looks at", () => {
  const { authmon, offer, view } = open();
  for (let number = 0; number < 6; number += 1) offer(number);
  expect(numbersIn(view())).toEqual([0, 1, 2, 3]);
  authmon.answer(NAS, { kind: "acknowledge", rhids: [rhid(0), rhid(2)] });
  expect(numbersIn(view())).toEqual([1, 3, 4, 5]);
  const long = open();
  for (let number = 0; number < 4; number += 1)
    long.offer(number, writeAuthmonLine(rhid(number), undefined, "x".repeat(200)));
  const answer = long.view();
  expect(answer.slice(2).length).toBeLessThanOrEqual(1024);
  expect(numbersIn(answer)).toEqual([0, 1]);
  // What authmon cuts off at its end must not be the half of a line.
  expect(decodeURIComponent(answer.split(" ").at(-1) ?? "")).toMatch(/=$|[A-Za-z0-9+/]$/);
});

test("both of two acknowledgements count, whatever blank is between them", () => {
  for (const blank of [" ", "\n", "\r\n", "  \t"]) {
    const { authmon, offer } = open();
    for (const number of [1, 2]) offer(number);
    const payload = Buffer.from(`* ${rhid(1)}${blank}${rhid(2)}`).toString("base64");
    const reading = readAuthmon({ auth_get: "view", gatewayhash: "", payload });
    if (reading.kind !== "question") throw new Error(reading.reason);
    expect(authmon.answer(NAS, reading.question)).toBe("ack");
    expect([1, 2].map((number) => authmon.isTaken(NAS, rhid(number)))).toEqual([true, true]);
  }
});

test("what is listed is given away, without an acknowledgement", () => {
  const { authmon, offer } = open();
  offer(1);
  expect(numbersIn(authmon.answer(NAS, { kind: "list" }))).toEqual([1]);
  expect(authmon.isTaken(NAS, rhid(1))).toBe(true);
  expect(authmon.answer(NAS, { kind: "list" })).toBe("*");
});

test("an offer is forgotten a minute after its guest stopped waiting, and serves its own gateway alone", () => {
  const { authmon, clock, offer, view } = open();
  offer(1);
  expect(authmon.answer("another", { kind: "view" })).toBe("*");
  expect(authmon.isTaken("another", rhid(1))).toBe(false);
  clock.now = 60_000;
  expect(numbersIn(view())).toEqual([1]);
  clock.now = 60_001;
  expect(view()).toBe("*");
});

test.each<Record<string, unknown>>([{}, { auth_get: 3 }, { auth_get: "View" }])(
  "a form that authmon does not post is no question: %j",
  (form) => {
    expect(readAuthmon(form).kind).toBe("invalid");
  },
);

test("what is not base64, or acknowledges nothing of ours, changes nothing", () => {
  for (const payload of ["%%%", 7, Buffer.from("* not-an-rhid $(x)").toString("base64")]) {
    const reading = readAuthmon({ auth_get: "view", payload });
    expect(reading.kind).toBe("question");
    if (reading.kind === "question" && reading.question.kind === "acknowledge")
      expect(reading.question.rhids).toEqual([]);
  }
});
