import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpGateway } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { sendByGateway } from "./http-gateway.ts";

const message = {
  contact: { kind: "phone" as const, value: "+84912345678" },
  text: `123456 is your code for "Quán <Gió>" & co\n{{phone}}`,
  code: "123456",
  reference: "0199f000-0000-7000-8000-000000000001",
};

type Answer = { status?: number; body?: string; delayMs?: number; location?: string };
type Got = { method: string; url: string; headers: Record<string, unknown>; body: string };

/** A provider's server that notes what it gets. */
async function openProvider(answer: Answer = {}) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    got.push({ method, url, headers, body });
    if (answer.delayMs) await new Promise((done) => setTimeout(done, answer.delayMs));
    if (answer.location) response.setHeader("location", answer.location);
    response.statusCode = answer.status ?? 200;
    response.end(answer.body ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const gateway = (changes: Partial<HttpGateway>): HttpGateway => ({
  kind: "http-gateway",
  method: "POST",
  url: "http://127.0.0.1:9/",
  headers: {},
  bodyTemplate: null,
  success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  timeoutSeconds: 5,
  ...changes,
});

describe("what is filled in is escaped for where it stands", () => {
  test("in JSON, whatever the message holds", async () => {
    const { got, url } = await openProvider();
    const sending = await sendByGateway(
      gateway({
        url: `${url}/v1/send`,
        headers: { "Content-Type": "application/json; charset=utf-8", authorization: "Bearer k" },
        bodyTemplate: '{"to":"{{phone}}","content":"{{text}}"}',
      }),
    )(message);
    expect(sending).toEqual({ kind: "taken" });
    expect(JSON.parse(got[0]?.body ?? "")).toEqual({
      to: message.contact.value,
      content: message.text,
    });
    expect(got[0]).toMatchObject({ method: "POST", url: "/v1/send" });
    expect(got[0]?.headers.authorization).toBe("Bearer k");
  });

  test("the code and the name of the message as well, for providers that want them apart", async () => {
    const { got, url } = await openProvider();
    const headers = { "content-type": "application/json" };
    const bodyTemplate = '{"otp":"{{code}}","id":"{{reference}}","other":"{{name}}"}';
    await sendByGateway(gateway({ url, headers, bodyTemplate }))(message);
    expect(JSON.parse(got[0]?.body ?? "")).toEqual({
      ...{ otp: message.code, id: message.reference, other: "{{name}}" },
    });
  });

  test("in a form", async () => {
    const { got, url } = await openProvider();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await sendByGateway(gateway({ url, headers, bodyTemplate: "to={{phone}}&m={{text}}" }))(
      message,
    );
    const form = new URLSearchParams(got[0]?.body);
    expect([form.get("to"), form.get("m")]).toEqual([message.contact.value, message.text]);
  });

  test("in XML", async () => {
    const { got, url } = await openProvider();
    const headers = { "content-type": "text/xml" };
    await sendByGateway(gateway({ url, headers, bodyTemplate: "<m>{{text}}</m>" }))(message);
    expect(got[0]?.body).toContain("&quot;Quán &lt;Gió&gt;&quot; &amp; co");
  });

  test("in an address, for a gateway that takes all in the query", async () => {
    const { got, url } = await openProvider();
    await sendByGateway(gateway({ method: "GET", url: `${url}/?to={{phone}}&m={{text}}` }))(
      message,
    );
    const query = new URL(got[0]?.url ?? "", url).searchParams;
    expect([query.get("to"), query.get("m")]).toEqual([message.contact.value, message.text]);
  });
});

describe("success is what the settings say it is", () => {
  const judge = async (answer: Answer, success: Partial<HttpGateway["success"]> = {}) => {
    const { url } = await openProvider(answer);
    const rule = { statusMin: 200, statusMax: 299, bodyIncludes: null, ...success };
    return sendByGateway(gateway({ url, success: rule, timeoutSeconds: 1 }))(message);
  };

  test("a status outside the range is a failure", async () => {
    expect(await judge({ status: 500 })).toEqual({ kind: "failed", reason: "status 500" });
    expect(await judge({ status: 202 }, { statusMax: 200 })).toMatchObject({ kind: "failed" });
    expect(await judge({ status: 202 })).toEqual({ kind: "taken" });
  });

  test("a 200 without the words of success is a failure", async () => {
    const success = { bodyIncludes: '"CodeResult":"100"' };
    expect(await judge({ body: '{"CodeResult":"99"}' }, success)).toMatchObject({ kind: "failed" });
    expect(await judge({ body: '{"CodeResult":"100"}' }, success)).toEqual({ kind: "taken" });
  });

  test("a redirect is not followed: a number goes where the settings say, nowhere else", async () => {
    const elsewhere = await openProvider();
    const answer = { status: 302, location: elsewhere.url };
    expect(await judge(answer)).toEqual({ kind: "failed", reason: "status 302" });
    expect(elsewhere.got).toHaveLength(0);
  });

  test("no answer in time is told apart from a failure, and names neither number nor address", async () => {
    expect(await judge({ delayMs: 3000 })).toEqual({
      kind: "unanswered",
      reason: "no answer in time",
    });
  });

  test("nobody there is a failure, and names neither number nor address", async () => {
    const sending = await sendByGateway(gateway({ url: "http://127.0.0.1:9/{{phone}}" }))(message);
    expect(sending).toEqual({ kind: "failed", reason: "no connection (ECONNREFUSED)" });
  });
});
