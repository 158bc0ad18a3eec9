import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { openLog } from "./log.ts";

function collect() {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: openLog("debug", destination), lines };
}

test("no line holds what names a person or opens a door, whoever writes it", () => {
  const { log, lines } = collect();
  const personal = { phone: "+84912345678", name: "Lan", email: "lan@example.test" };
  const secret = { password: "sesame", token: "t0ken", code: "123456", boxKey: "b0x" };
  log.info({ ...personal, ...secret, guestId: "kept" }, "at the top");
  log.info({ guest: personal, sent: secret, guestId: "kept" }, "one level down");
  const text = lines.join("");
  for (const value of Object.values({ ...personal, ...secret })) expect(text).not.toContain(value);
  expect(text.match(/kept/g)).toHaveLength(2);
});

test("an error tells its kind and its state, and not the row it failed on", () => {
  const { log, lines } = collect();
  const error = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (phone)=(+84912345678) already exists.",
  });
  log.error({ err: error }, "request failed");
  expect(JSON.parse(lines[0] ?? "").err).toMatchObject({
    type: "Error",
    message: "duplicate key",
    state: "23505",
  });
  expect(lines[0]).not.toContain("912345678");
});

test("a request is named by its route, which holds no token", () => {
  const { log, lines } = collect();
  const req = {
    method: "GET",
    url: "/api/v1/first-sign-in/t0ken",
    headers: { cookie: "foyer_session=c00kie" },
    routeOptions: { url: "/api/v1/first-sign-in/:token" },
  };
  log.info({ req }, "asked");
  expect(JSON.parse(lines[0] ?? "").req).toEqual({
    method: "GET",
    route: "/api/v1/first-sign-in/:token",
  });
});
