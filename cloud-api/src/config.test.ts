import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { readConfig } from "./config.ts";

test("an empty environment gives a cloud on this machine, closed to strangers", () => {
  expect(readConfig({})).toMatchObject({
    host: "127.0.0.1",
    origin: null,
    databaseUrl: null,
    role: "all",
    selfSignUp: false,
    privateGateways: false,
    logLevel: "info",
  });
});

test("what is set is read", () => {
  const config = readConfig({
    FOYER_CLOUD_HOST: "0.0.0.0",
    FOYER_CLOUD_PORT: "0",
    FOYER_CLOUD_ORIGIN: "https://foyer.example.com/",
    DATABASE_URL: "postgres://admin:secret@db:5432/foyer",
    FOYER_CLOUD_ROLE: "worker",
    FOYER_SELF_SIGN_UP: "on",
    FOYER_TRUSTED_PROXIES: "10.0.0.1, 10.1.0.0/16",
  });
  expect(config).toMatchObject({
    port: 0,
    origin: "https://foyer.example.com",
    role: "worker",
    selfSignUp: true,
    trustedProxies: ["10.0.0.1", "10.1.0.0/16"],
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("the key by which releases are announced is a public one of the right kind, in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, key: KeyObject, type: "spki" | "pkcs8") => {
    const path = join(folder, name);
    writeFileSync(path, key.export({ type, format: "pem" } as never));
    return { FOYER_RELEASE_KEY_FILE: path };
  };
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const environment = write("right.pem", publicKey, "spki");
  const { releaseKey } = readConfig(environment);
  expect(releaseKey).toBe(readFileSync(environment.FOYER_RELEASE_KEY_FILE, "utf8"));
  expect(readConfig({}).releaseKey).toBeNull();
  const other = write("other.pem", generateKeyPairSync("ed448").publicKey, "spki");
  const own = write("own.pem", privateKey, "pkcs8");
  for (const wrong of [other, own, { FOYER_RELEASE_KEY_FILE: join(folder, "none.pem") }])
    expect(() => readConfig(wrong)).toThrow("FOYER_RELEASE_KEY_FILE");
});

test("all faults are told together, and no password is repeated", () => {
  const read = () =>
    readConfig({
      FOYER_CLOUD_PORT: "http",
      FOYER_CLOUD_ORIGIN: "https://foyer.example.com/app",
      FOYER_CLOUD_ROLE: "boss",
      FOYER_SELF_SIGN_UP: "yes",
      DATABASE_URL: "mysql://admin:secret@db/foyer",
    });
  expect(read).toThrow(/FOYER_CLOUD_PORT.*FOYER_CLOUD_ORIGIN|FOYER_CLOUD_ROLE/s);
  for (const name of ["PORT", "ORIGIN", "ROLE"]) expect(read).toThrow(`FOYER_CLOUD_${name}`);
  expect(read).toThrow("FOYER_SELF_SIGN_UP is yes, but must be one of on, off");
  expect(read).toThrow("DATABASE_URL must look like");
  expect(read).not.toThrow("secret");
});

describe("who gives boxes certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-config-"));
  const [key, secret] = [join(folder, "key"), join(folder, "secret")];
  writeFileSync(key, "hmac-sha256:Foyer.:c2VjcmV0\n");
  writeFileSync(secret, "a-secret-of-some-length\n");
  afterAll(() => rmSync(folder, { recursive: true }));
  const named = {
    FOYER_ACME_DIRECTORY: "https://acme.example/dir",
    FOYER_BRANCH_ZONE: "wifi.example.com",
  };

  test("is read with the way to the zone: a server with its key, or an address with its secret", () => {
    const updated = { ...named, FOYER_DNS_SERVER: "ns1.example.com", FOYER_DNS_KEY_FILE: key };
    expect(readConfig(updated).certificates).toMatchObject({
      zone: "wifi.example.com",
      way: { kind: "update", host: "ns1.example.com", port: 53, key: { name: "foyer." } },
    });
    const url = "https://dns.example/records";
    const told = { ...named, FOYER_DNS_URL: url, FOYER_DNS_SECRET_FILE: secret };
    expect(readConfig(told).certificates?.way).toEqual({
      ...{ kind: "http", url },
      secret: "a-secret-of-some-length",
    });
    expect(readConfig({}).certificates).toBeNull();
  });

  test("is refused in part, over plain http, and with a key that is none", () => {
    const faults = (change: Record<string, string>) => () => readConfig(change);
    expect(faults({ FOYER_BRANCH_ZONE: "wifi.example.com" })).toThrow("FOYER_ACME_DIRECTORY");
    expect(faults(named)).toThrow("FOYER_DNS_SERVER");
    const server = { ...named, FOYER_DNS_SERVER: "ns1.example.com" };
    expect(faults({ ...server, FOYER_DNS_KEY_FILE: secret })).toThrow("FOYER_DNS_KEY_FILE");
    expect(faults({ ...server, FOYER_DNS_KEY_FILE: secret })).not.toThrow("a-secret");
    const asked = { ...server, FOYER_DNS_KEY_FILE: key };
    for (const servers of ["ns1.example.com", "192.0.2.1 300.1.1.1"])
      expect(faults({ ...asked, FOYER_DNS_NAME_SERVERS: servers })).toThrow("NAME_SERVERS");
    const plain = { ...server, FOYER_ACME_DIRECTORY: "http://acme.example/dir" };
    expect(faults({ ...plain, FOYER_DNS_KEY_FILE: key })).toThrow("https");
  });
});

test("a mail server is read with its sender, and its password never told", () => {
  const read = (FOYER_MAIL_URL: string, FOYER_MAIL_FROM?: string) =>
    readConfig({ FOYER_MAIL_URL, FOYER_MAIL_FROM }).mail;
  const from = "Foyer <foyer@example.com>";
  expect(readConfig({}).mail).toBeNull();
  expect(read("smtps://foyer:p%40ss@mail.example.com", from)).toEqual({
    from,
    server: {
      ...{ host: "mail.example.com", port: 465, security: "tls" },
      ...{ userName: "foyer", password: "p@ss" },
    },
  });
  expect(read("smtp://mail.example.com", from)?.server).toEqual({
    ...{ host: "mail.example.com", port: 587, security: "starttls" },
  });
  expect(read("smtp://127.0.0.1:2525?tls=off", "foyer@example.com")?.server).toEqual({
    ...{ host: "127.0.0.1", port: 2525, security: "none" },
  });
  for (const url of ["https://foyer:secret@mail.example.com", "mail.example.com", "smtps://"]) {
    expect(() => read(url, from)).toThrow("FOYER_MAIL_URL must look like");
    expect(() => read(url, from)).not.toThrow("foyer:secret");
  }
  for (const sender of [undefined, "Foyer", "a@b\r\nBcc: c@d"])
    expect(() => read("smtps://mail.example.com", sender)).toThrow(
      "FOYER_MAIL_FROM must look like",
    );
});

test.each(["65536", "-1", "80a", "1e3"])("%s is no port", (port) => {
  expect(() => readConfig({ FOYER_CLOUD_PORT: port })).toThrow("must be a port");
});

test.each(["proxy.example", "10.0.0.0/33", "2001:db8::/129", "10.0.0.1/8/8", "10.0.0.0/"])(
  "%s is neither an address nor a range of them",
  (proxy) => {
    expect(() => readConfig({ FOYER_TRUSTED_PROXIES: `10.0.0.1 ${proxy}` })).toThrow(
      `FOYER_TRUSTED_PROXIES has ${proxy}`,
    );
  },
);

test("a socket is taken from systemd where it was given to this very process", () => {
  const read = (forProcess: string, count = "1") =>
    readConfig({ LISTEN_FDS: count, LISTEN_PID: forProcess }, 4711).listenDescriptor;
  expect(read("4711")).toBe(3);
  expect(read("4712")).toBeNull();
  expect(read("4711", "2")).toBeNull();
  expect(readConfig({}).listenDescriptor).toBeNull();
});

test("a worker tells how it is at a port of its own, or at none", () => {
  expect(readConfig({})).toMatchObject({ workerHost: "127.0.0.1", workerPort: 8201 });
  expect(readConfig({ FOYER_WORKER_PORT: "0" }).workerPort).toBeNull();
  expect(() => readConfig({ FOYER_WORKER_PORT: "no" })).toThrow("FOYER_WORKER_PORT is no");
});

test("how long it serves on once it is told to end has a bound", () => {
  expect(readConfig({}).drainSeconds).toBe(0);
  expect(readConfig({ FOYER_CLOUD_DRAIN_SECONDS: "10" }).drainSeconds).toBe(10);
  expect(() => readConfig({ FOYER_CLOUD_DRAIN_SECONDS: "61" })).toThrow("0 to 60");
});
