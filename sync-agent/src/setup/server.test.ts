import { request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { openConsoleNumber } from "./console-number.ts";
import { type SetupServer, startSetupServer } from "./server.ts";
import type { SetUp } from "./set-up.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const NUMBER = "004242";
type Typed = Parameters<SetUp["begin"]>[0];

/** A page before a set-up that does as it is told. */
async function open(begin: (typed: Typed) => Promise<string | null | "busy"> = async () => null) {
  const state = { begun: [] as Typed[], found: null as ReturnType<SetUp["progress"]> };
  const shown: string[] = [];
  let drawn = 4241;
  const draw = () => {
    drawn += 1;
    return drawn;
  };
  const server: SetupServer = await startSetupServer({
    ...{ host: "127.0.0.1", port: 0, cloudUrl: "https://cloud.example" },
    number: openConsoleNumber(draw, (text) => shown.push(text)),
    unseenMilliseconds: 50,
    setUp: {
      begin: async (typed) => {
        state.begun.push(typed);
        const told = await begin(typed);
        if (told === null) state.found = { hasSettings: false, isSlow: false };
        return told;
      },
      progress: () => state.found,
      close: async () => {},
    },
  });
  cleanUps.push(server.close);
  const origin = `http://127.0.0.1:${server.port}`;
  const read = async (language = "en", path = "/") => {
    const answer = await fetch(`${origin}${path}`, { headers: { "accept-language": language } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const send = async (fields: Record<string, string>) => {
    const answer = await fetch(`${origin}/`, { method: "POST", body: new URLSearchParams(fields) });
    return { status: answer.status, text: await answer.text() };
  };
  return { server, state, shown, read, send };
}

const typed = { cloud: "https://cloud.example", code: "7K3M-Q0ZT-1A9V-WXYZ" };

describe("the set-up page of a box that is nobody's yet", () => {
  test("is there in the browser's language, whatever it opens, and loads nothing", async () => {
    const { read } = await open();
    expect((await read("vi-VN,vi;q=0.9")).text).toContain("Cài đặt hộp này");
    const found = await read("en", "/generate_204");
    expect(found).toMatchObject({ status: 200 });
    expect(found.text).toContain("Number on the box&#39;s console");
    expect(found.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(found.text).not.toMatch(/<script|<link|src=/);
  });

  test("asks a stranger on the network for the console's number before anything else", async () => {
    const { send, state } = await open();
    const answer = await send({ ...typed, number: "000000" });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("not the number on the console");
    expect(state.begun).toEqual([]);
  });

  test("of numbers that are tried at once takes one after the other, and changes it after five", async () => {
    const { send, state, shown } = await open();
    const tries = ["1", "2", "3", "4", "5"].map((number) => send({ ...typed, number }));
    const answers = await Promise.all([...tries, send({ ...typed, number: NUMBER })]);
    expect(shown).toEqual([NUMBER, "004243"]);
    expect(answers.every(({ status }) => status === 403)).toBe(true);
    expect(state.begun).toEqual([]);
  }, 120_000);

  test("lets no stranger fill the queue: whoever stands before the box is told at once", async () => {
    const { send, state } = await open();
    const tries = Array.from({ length: 20 }, () => send({ ...typed, number: "1" }));
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(8);
    const crowded = answers.filter(({ status }) => status === 503);
    expect(crowded).toHaveLength(12);
    expect(crowded[0]?.text).toContain("sudo foyer enrol");
    expect(state.begun).toEqual([]);
  }, 120_000);

  /** A request as a browser makes it that believes to be elsewhere. */
  const askAs = (port: number, given: { host: string; origin?: string; body?: string }) =>
    new Promise<{ status: number; location: string; text: string }>((resolve, reject) => {
      const { host, origin, body } = given;
      const headers = { host, ...(origin && { origin }), connection: "close" };
      const method = body === undefined ? "GET" : "POST";
      const asked = request({ host: "127.0.0.1", port, method, headers });
      asked.once("error", reject);
      asked.once("response", async (answer) => {
        const text = (await answer.setEncoding("utf8").toArray()).join("");
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? "", text });
      });
      asked.end(body);
    });

  test("does nothing that a page of another site sends, with the right number too", async () => {
    const { server, state } = await open();
    const host = `127.0.0.1:${server.port}`;
    const body = new URLSearchParams({ ...typed, number: NUMBER }).toString();
    // `null` is what a page without an origin says, such as one in a sandbox.
    for (const origin of ["http://evil.example", "null", `https://${host}`, "http://127.0.0.1:1"]) {
      const answer = await askAs(server.port, { host, origin, body });
      expect([origin, answer.status]).toEqual([origin, 403]);
      expect(answer.text).toContain("sent by another page");
    }
    expect(state.begun).toEqual([]);
    const own = await askAs(server.port, { host, origin: `http://${host}`, body });
    expect(own.status).toBe(200);
    expect(state.begun).toHaveLength(1);
  });

  test("answers to no name, which could be anybody's that leads here: browsers are led to its address", async () => {
    const { server, state } = await open();
    const body = new URLSearchParams({ ...typed, number: NUMBER }).toString();
    for (const host of ["rebound.example", "captive.apple.com", "10.1.0.2.evil.example"]) {
      const asked = await askAs(server.port, { host });
      const sent = await askAs(server.port, { host, origin: `http://${host}`, body });
      for (const { status, location, text } of [asked, sent])
        expect([status, location, text]).toEqual([303, `http://127.0.0.1:${server.port}/`, ""]);
    }
    expect(state.begun).toEqual([]);
    for (const host of ["10.1.0.2", "[fd00::2]:8080", "localhost:8080"])
      expect((await askAs(server.port, { host })).status).toBe(200);
  });

  test("says in words why the cloud refused, keeps what was typed, and escapes it", async () => {
    const { send } = await open(async () => "This code has been used <already>.");
    const answer = await send({ ...typed, code: '"><b>', number: NUMBER });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain("This code has been used &lt;already&gt;.");
    expect(answer.text).toContain('value="&quot;&gt;&lt;b&gt;"');
  });

  test("shows each step, and is done once the settings are here and somebody has seen it", async () => {
    const { send, state, read, server } = await open();
    const begun = await send({ ...typed, number: NUMBER });
    expect(begun.text).toContain('http-equiv="refresh"');
    expect(begun.text).toMatch(/✓ The cloud knows the box.*○ The branch&#39;s settings/s);
    state.found = { hasSettings: true, isSlow: false };
    expect((await read()).text).toContain("The box is set up");
    await server.done;
  });

  test("is not kept open for settings that do not come: the box goes on by itself", async () => {
    const { send, state, read, server } = await open();
    await send({ ...typed, number: NUMBER });
    state.found = { hasSettings: false, isSlow: true };
    expect((await read()).text).toContain("goes on trying by itself");
    await server.done;
  });

  test("does not wait for a browser that was closed: the services begin all the same", async () => {
    const { send, state, server } = await open();
    await send({ ...typed, number: NUMBER });
    state.found = { hasSettings: true, isSlow: false };
    await server.done;
  });

  test("takes no more than anybody types", async () => {
    const { send, state } = await open();
    const answer = await send({ ...typed, number: NUMBER, code: "A".repeat(10_000) });
    expect(answer.status).toBe(413);
    expect(state.begun).toEqual([]);
  });
});
