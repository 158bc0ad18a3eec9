import type { CodeChannel, HttpGateway } from "@foyer/contract";
import { expect, test } from "vitest";
import { keepBoxGateways, listBoxGateways } from "./box-gateways.ts";

const gateway = (url: string): HttpGateway => ({
  ...{ kind: "http-gateway", method: "GET", url, headers: { "x-key": "secret" } },
  ...{ bodyTemplate: null, timeoutSeconds: 5 },
  success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
});

test.each([
  ["https://sms.example/token-in-the-path?to={{phone}}&key=secret", "sms.example"],
  ["http://user:secret@10.0.0.5:8080/send", "10.0.0.5:8080"],
  ["https://sms.example?key=secret", "sms.example"],
  ["https://sms.example#key", "sms.example"],
])("%s is called by its host alone", (url, host) => {
  const told = listBoxGateways([{ kind: "outbox" }, gateway(url)]);
  expect(told).toMatchObject([{ method: "GET", host }]);
  expect(JSON.stringify(told)).not.toContain("secret");
});

test("those that are not kept go, the others stay as they are and where they are", () => {
  const [one, other] = [gateway("https://one.example"), gateway("https://other.example")];
  const channels: CodeChannel[] = [{ kind: "console" }, one, other];
  const [first, second] = listBoxGateways(channels);
  expect(first?.id).not.toBe(second?.id);
  expect(keepBoxGateways(channels, [second?.id ?? ""])).toEqual([{ kind: "console" }, other]);
  expect(keepBoxGateways(channels, [])).toEqual([{ kind: "console" }]);
  expect(keepBoxGateways(channels, null)).toEqual(channels);
});
