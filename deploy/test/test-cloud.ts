import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CertificateSettings, setOperator, startCloud } from "@foyer/cloud-api";
import { request } from "undici";
import { makeOneTimeCode } from "./one-time-code.ts";
import { type Staff, signInFirst } from "./staff.ts";

/** Who staff of the company sign in as. */
export const ACCOUNT = {
  email: "an@cafe.example",
  name: "An",
  password: "a-long-enough-password-7",
};

export type Answer<Reply> = { status: number; body: Reply };

/** A cloud with one company, on a clock that can be moved, asked over HTTP as staff do. */
export type TestCloud = {
  origin: string;
  now: () => Date;
  passSeconds: (seconds: number) => void;
  ask: <Reply>(
    method: Question["method"],
    path: string,
    content?: object,
  ) => Promise<Answer<Reply>>;
  /** The body of an answer that must be one of success. */
  get: <Reply>(method: Question["method"], path: string, content?: object) => Promise<Reply>;
  /** What is answered without content (204). */
  tell: (method: "POST" | "PUT" | "PATCH", path: string, content: object) => Promise<void>;
  /** The status of the answer to bytes as they are. */
  putOctets: (path: string, bytes: Buffer) => Promise<number>;
  /** Has the one who asks operate this cloud as well; they sign in with two steps from then on. */
  makeOperator: () => Promise<void>;
  /** The text of an answer of success that is no JSON. */
  readText: (path: string) => Promise<string>;
  close: () => Promise<void>;
};

/** `stands`: time passes by `passSeconds` alone, however long a busy machine takes for anything. */
export async function startTestCloud({
  stands = false,
  ...options
}: {
  privateGateways?: boolean;
  certificates?: CertificateSettings;
  releaseKey?: string;
  stands?: boolean;
  port?: number;
  origin?: string;
  trustedProxies?: readonly string[];
} = {}): Promise<TestCloud> {
  const dataFolder = mkdtempSync(join(tmpdir(), "foyer-cloud-"));
  const began = Date.now();
  let passed = 0;
  const now = () => new Date((stands ? began : Date.now()) + passed * 1000);
  const cloud = await startCloud({
    ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder, role: "all" },
    ...options,
    ...{ selfSignUp: false, logLevel: "silent", clock: now },
  });
  const link = cloud.firstSignInUrl ?? "";
  const staff = await signInFirst(link, { ...ACCOUNT, ...{ tenantName: "Foyer Café" } });
  const ask: TestCloud["ask"] = (method, path, content) => askAs(staff, { method, path, content });
  return {
    origin: cloud.origin,
    now,
    passSeconds: (seconds) => {
      passed += seconds;
    },
    ask,
    get: async (method, path, content) => {
      const { status, body } = await askAs(staff, { method, path, content });
      if (status < 300) return body as never;
      throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    },
    tell: (method, path, content) => tellAs(staff, { method, path, content }),
    putOctets: async (path, bytes) =>
      (await send(staff, { method: "PUT", path, type: "application/octet-stream", bytes })).status,
    makeOperator: async () => {
      await setOperator({ databaseUrl: null, dataFolder }, { ...ACCOUNT, isOperator: true });
      const { body } = await ask<{ secret: string }>("POST", "/api/v1/me/totp");
      const code = makeOneTimeCode(body.secret, now());
      await tellAs(staff, { method: "POST", path: "/api/v1/me/totp/confirm", content: { code } });
    },
    readText: async (path) => {
      const { cookie, origin } = staff;
      const { statusCode, body } = await request(`${origin}${path}`, { headers: { cookie } });
      const text = await body.text();
      if (statusCode < 300) return text;
      throw new Error(`GET ${path} answered ${statusCode}: ${text}`);
    },
    close: async () => {
      await cloud.close();
      rmSync(dataFolder, { recursive: true });
    },
  };
}

type Question = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  content: object | undefined;
};

type Sent = { method: "POST" | "PUT" | "PATCH"; path: string; type: string; bytes: Buffer };

async function send(
  { origin, cookie }: Staff,
  { method, path, type, bytes }: Sent,
): Promise<{ status: number; text: string }> {
  const headers = { cookie, origin, "content-type": type };
  const answer = await request(`${origin}${path}`, { method, headers, body: bytes });
  return { status: answer.statusCode, text: await answer.body.text() };
}

async function tellAs(
  staff: Staff,
  { method, path, content }: { method: Sent["method"]; path: string; content: object },
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(content));
  const { status, text } = await send(staff, { method, path, type: "application/json", bytes });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
}

async function askAs<Reply>(
  { origin, cookie }: Staff,
  { method, path, content }: Question,
): Promise<Answer<Reply>> {
  const { statusCode, body } = await request(`${origin}${path}`, {
    method,
    headers: { cookie, origin, ...(content ? { "content-type": "application/json" } : {}) },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  const text = await body.text();
  return { status: statusCode, body: (text === "" ? null : JSON.parse(text)) as Reply };
}

/** Asks until the answer is as it should be; the last answer is what the test then judges. */
export async function askUntil<T>(
  ask: () => T | Promise<T>,
  isRight: (answer: T) => boolean,
  milliseconds = 20_000,
): Promise<T> {
  const until = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || Date.now() > until) return answer;
    await sleep(20);
  }
}
