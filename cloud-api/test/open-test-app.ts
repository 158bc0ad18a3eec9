import { randomInt } from "node:crypto";
import { type Logger, pino } from "pino";
import { buildApp } from "../src/app.ts";
import type { Context, Role, Routes } from "../src/feature.ts";
import { insertAccountLink } from "../src/features/access/account-queries.ts";
import type { GrantSchema } from "../src/features/access/schema.ts";
import { features } from "../src/features.ts";
import type { CertificateSettings } from "../src/platform/certificate-settings.ts";
import { openLive } from "../src/platform/live.ts";
import { makeToken } from "../src/platform/session.ts";
import { openVitals } from "../src/platform/vitals.ts";
import { collectHooks, collectNames, collectPermissions } from "../src/start.ts";
import { openTestCloud, type TestCloud, type TestCloudOptions } from "./open-test-cloud.ts";

export type Answer<Body = Record<string, unknown>> = {
  status: number;
  body: Body;
  headers: Record<string, unknown>;
};

/** One browser: it keeps its cookie, says its origin, and comes from an address of its own. */
export type TestBrowser = {
  ask: <Body = Record<string, unknown>>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<Body>>;
  cookie: () => string;
};

export type TestApp = TestCloud & {
  app: Routes;
  context: Context;
  browser: (address?: string) => TestBrowser;
  /** A browser in which somebody new has just made a company. */
  signUp: (person?: { email?: string; tenantName?: string }) => Promise<TestBrowser>;
  /** Somebody invited into the company of an owner, signed in. */
  invite: (owner: TestBrowser, role: Role | GrantSchema, email?: string) => Promise<TestBrowser>;
};

export const TEST_ORIGIN = "http://foyer.test";
export const METRICS_TOKEN = "a-token-of-a-test";
export const PASSWORD = "cà phê sữa đá";

/** The web server on a database of its own, asked without a socket. */
export async function openTestApp(
  options: TestCloudOptions & {
    selfSignUp?: boolean;
    sendsMail?: boolean;
    /** By whose other half releases are announced, PEM. */
    releaseKey?: string | null;
    /** From whom it gets certificates for boxes; absent: from nobody. */
    certificates?: CertificateSettings;
    privateGateways?: boolean;
    appFolder?: string;
    origin?: string;
    /** Absent: what the server logs is kept by nobody. */
    log?: Logger;
  } = {},
): Promise<TestApp> {
  const cloud = await openTestCloud(options);
  const log = options.log ?? pino({ level: "silent" });
  const live = openLive({ database: cloud.database, log });
  const origin = options.origin ?? TEST_ORIGIN;
  const context: Context = {
    database: cloud.database,
    clock: cloud.clock,
    live,
    origin: () => origin,
    selfSignUp: options.selfSignUp ?? true,
    permissions: collectPermissions(features),
    hooks: collectHooks(features),
    names: collectNames(features),
    followers: features,
    sealing: cloud.jobContext.sealing,
    privateGateways: options.privateGateways ?? false,
    certificates: options.certificates ?? null,
    releaseKey: options.releaseKey ?? null,
    scanFile: null,
    sendsMail: options.sendsMail ?? false,
    release: "0.0.0",
    vitals: openVitals({ database: cloud.database }),
    metricsToken: METRICS_TOKEN,
  };
  const appFolder = options.appFolder ?? "";
  const app = await buildApp({
    features,
    context,
    log,
    trustedProxies: [],
    appFolder,
  });
  await app.ready();
  const browser = (address?: string) => openBrowser(app, { origin, address });
  return {
    ...cloud,
    app,
    context,
    browser,
    signUp: async ({ email = randomEmail(), tenantName = "Cà phê Sông Hương" } = {}) => {
      const opened = browser();
      const person = { email, name: "Lan", password: PASSWORD, language: "vi" };
      const proof = context.sendsMail ? { token: await proveEmail(cloud, email) } : {};
      const body = { tenantName, ...person, ...proof };
      const { status } = await opened.ask("POST", "/api/v1/sign-up", body);
      if (status !== 200) throw new Error(`sign-up: ${status}`);
      return opened;
    },
    invite: async (owner, role, email = randomEmail()) => {
      const grants = [typeof role === "string" ? everywhere(role) : role];
      const invited = await owner.ask<{ url: string }>("POST", "/api/v1/invitations", { grants });
      const token = new URL(invited.body.url).searchParams.get("token");
      const opened = browser();
      const person = { email, name: "Minh", password: PASSWORD, language: "vi" };
      const { status } = await opened.ask("POST", "/api/v1/first-sign-in", { token, ...person });
      if (status !== 200) throw new Error(`first sign-in: ${status}`);
      return opened;
    },
    close: async () => {
      await app.close();
      context.vitals.close();
      await live.close();
      await cloud.close();
    },
  };
}

/** The token that a mail to the address would bring. */
async function proveEmail({ database, clock }: TestCloud, email: string): Promise<string> {
  const token = makeToken();
  const expiresAt = new Date(clock().getTime() + 60_000);
  const link = { kind: "sign-up", email } as const;
  await database.inDirectory((tx) => insertAccountLink(tx, { token, link, expiresAt }));
  return token;
}

/** A role of the product over the whole company. */
export const everywhere = (role: Role): GrantSchema => ({
  role,
  ownRoleId: null,
  scope: { kind: "tenant" },
});

export function randomEmail(): string {
  return `staff${randomInt(1e9)}@example.test`;
}

function openBrowser(
  app: Routes,
  { origin, address }: { origin: string; address: string | undefined },
): TestBrowser {
  const remoteAddress = address ?? `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map((pair) => pair.join("=")).join("; ");
  return {
    cookie,
    ask: async <Body>(
      method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
      url: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) => {
      const answer = await app.inject({
        method,
        url,
        remoteAddress,
        headers: { origin, ...(jar.size > 0 && { cookie: cookie() }), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      for (const given of answer.cookies) jar.set(given.name, given.value);
      const isJson = String(answer.headers["content-type"]).startsWith("application/json");
      const read = isJson ? answer.json() : answer.body;
      return { status: answer.statusCode, body: read as Body, headers: answer.headers };
    },
  };
}
