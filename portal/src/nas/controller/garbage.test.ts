import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openControllerServer, type Reply } from "../../../test/controller-server.ts";
import { omadaNas, ruckusNas, unifiNas } from "../fixtures/controller-examples.ts";
import { type Controllers, openControllers } from "./controllers.ts";
import { openControllerLine } from "./line.ts";

const MAC = "02-AA-BB-CC-00-01";

/** Everything that the portal asks of a controller. */
const questions: Record<string, (c: Controllers, place: object) => Promise<{ kind: string }>> = {
  "unifi by key, authorise": (c, place) =>
    c.unifi({ ...unifiNas, ...place }).authorise({
      ...{ mac: MAC, apMac: null, minutes: 60 },
      ...{ uploadKbps: null, downloadKbps: null, megabytes: null },
    }),
  "unifi by key, list": (c, place) => c.unifi({ ...unifiNas, ...place }).listGuests(),
  "unifi by log-in, list": (c, place) => {
    const { apiKey: _, ...nas } = unifiNas;
    const logIn = { username: "foyer", password: "pw" };
    return c.unifi({ ...nas, logIn, ...place }).listGuests();
  },
  "omada, authorise": (c, place) => c.omada({ ...omadaNas, ...place }).hotspot.authorise({}),
  "omada, list": async (c, place) => {
    const openApi = { clientId: "app", clientSecret: "secret" };
    const told = await c.omada({ ...omadaNas, openApi, ...place }).openApi?.listGuests();
    if (!told) throw new Error("there is no Open API");
    return told;
  },
  "ruckus, log in": (c, place) =>
    c
      .ruckus({ ...ruckusNas, service: "ruckus-one", ...place })
      .logIn({ ueMac: MAC, ueIp: null, proxy: "0" }, { username: "t", password: "p" }),
  "ruckus, decrypt": (c, place) => c.ruckus({ ...ruckusNas, ...place }).decrypt("ENC00112233"),
};

/** An object that makes neither a number nor a text, as JSON may well hold. */
const POISON = { toString: 1, valueOf: null };
const names = [
  ...["data", "totalRows", "totalCount", "result", "errorCode", "mac", "macAddress", "id", "meta"],
  ...["rc", "msg", "ResponseCode", "Data", "accessToken", "expiresIn", "token", "access", "ip"],
  "internalReference",
];
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(POISON, null, 0, 200, -1, 1e308, "", "ok", "default", MAC, [], {}),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }),
  ),
})).value as fc.Arbitrary<unknown>;

async function openLiar() {
  let reply: Reply = { body: {} };
  const server = await openControllerServer(() => reply);
  const open = () => {
    const clock = () => new Date("2026-03-01T02:00:00Z");
    return openControllers({ clock, answerSecondsMax: 20 });
  };
  let controllers = open();
  onTestFinished(() => controllers.close());
  return {
    say: (next: Reply) => {
      reply = next;
    },
    ask: async (question: keyof typeof questions) => {
      await controllers.close();
      controllers = open();
      const { url: controllerUrl, certificateSha256 } = server;
      return questions[question]?.(controllers, { controllerUrl, certificateSha256 });
    },
  };
}

describe.each(Object.keys(questions))("a controller that lies: %s", (question) => {
  test("whatever it answers, that is an outcome with a reason and no fault of ours", async () => {
    const liar = await openLiar();
    const status = fc.constantFrom(200, 201, 302, 400, 401, 403, 404, 429, 500);
    await fc.assert(
      fc.asyncProperty(status, value, async (code, body) => {
        liar.say({ status: code, body: body as object });
        const outcome = await liar.ask(question);
        expect(outcome?.kind).toMatch(/^[a-z-]+$/);
      }),
      { numRuns: 25 },
    );
    for (const poison of [POISON, [POISON], { data: [{ mac: POISON, macAddress: POISON }] }]) {
      const told = { errorCode: 0, meta: { rc: "ok" }, totalRows: POISON, totalCount: POISON };
      const result = { accessToken: "t", token: "t", expiresIn: POISON, data: poison };
      liar.say({ body: { ...told, ResponseCode: POISON, Data: POISON, data: poison, result } });
      expect((await liar.ask(question))?.kind).toMatch(/^[a-z-]+$/);
    }
  }, 120_000);
});

test("a list longer than any branch's is no fault of ours either", async () => {
  const liar = await openLiar();
  const rows = Array.from({ length: 200_000 }, (_, at) => ({
    mac: `02${at.toString(16).padStart(10, "0")}`,
  }));
  liar.say({
    body: { errorCode: 0, result: { accessToken: "t", expiresIn: 60, data: rows, totalRows: 1 } },
  });
  expect((await liar.ask("omada, list"))?.kind).toBe("listed");
  const guests = rows.map(({ mac }) => ({
    macAddress: mac,
    id: "s",
    internalReference: "default",
  }));
  liar.say({ body: { data: guests.slice(0, 120_000), totalCount: 1 } });
  expect((await liar.ask("unifi by key, list"))?.kind).toBe("listed");
}, 120_000);

test("a controller that answers a letter at a time is given up when the time for an answer is over", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const controllerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const line = openControllerLine({ controllerUrl }, { answerSecondsMax: 1 });
  onTestFinished(() => line.close());
  const begun = performance.now();
  const told = await line.ask({ method: "GET", path: "/" });
  expect(told).toEqual({ kind: "unreachable", reason: "no answer in time" });
  expect(performance.now() - begun).toBeLessThan(15_000);
}, 40_000);
