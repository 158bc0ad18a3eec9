import { generateSync } from "otplib";
import { expect } from "vitest";
import type { TestApp, TestBrowser } from "./open-test-app.ts";

/** Has somebody sign in with two steps from here on. */
export async function setUpTwoSteps(site: Pick<TestApp, "clock">, by: TestBrowser): Promise<void> {
  const { body } = await by.ask<{ secret: string }>("POST", "/api/v1/me/totp");
  const epoch = Math.floor(site.clock().getTime() / 1000);
  const code = generateSync({ secret: body.secret, epoch });
  expect((await by.ask("POST", "/api/v1/me/totp/confirm", { code })).status).toBe(200);
}
