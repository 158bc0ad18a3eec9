import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readConfig } from "@foyer/cloud-api";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

// No engine runs here: what the files say is held against what is there.

const CHECKOUT = resolve(import.meta.dirname, "..", "..");
const INSTALLED = "/opt/foyer-cloud/current/";
const WITH_NODE = `${INSTALLED}deploy/box/with-node`;

type Service = {
  image: string;
  build?: { context: string; dockerfile: string };
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  healthcheck: { test: string[] };
  volumes: string[];
  secrets: string[];
  depends_on?: Record<string, { condition: string }>;
};
type Compose = {
  services: Record<"database" | "web" | "worker", Service>;
  volumes: Record<string, null>;
  secrets: Record<string, { file: string }>;
};

const text = readFileSync(join(import.meta.dirname, "compose.yaml"), "utf8");
const compose = parse(text, { merge: true }) as Compose;
const container = readFileSync(join(import.meta.dirname, "Containerfile"), "utf8");
const { database, web, worker } = compose.services;
const services = Object.values(compose.services);

/** Where a path of the image comes from: a program is named without its ending. */
const isInCheckout = (path: string) => {
  const own = join(CHECKOUT, path.slice(INSTALLED.length));
  return existsSync(own) || existsSync(`${own}.ts`);
};

test("compose.yaml is YAML, and whatever a service names is there", () => {
  for (const service of services) {
    for (const volume of service.volumes)
      expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    for (const secret of service.secrets) expect(Object.keys(compose.secrets)).toContain(secret);
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const found = compose.services[name as keyof Compose["services"]];
      expect([condition, found.healthcheck.test.length > 1]).toEqual(["service_healthy", true]);
    }
  }
  const { context = "", dockerfile = "" } = web.build ?? {};
  expect(resolve(import.meta.dirname, context)).toBe(CHECKOUT);
  expect(existsSync(join(CHECKOUT, dockerfile))).toBe(true);
  expect(worker.image).toBe(web.image);
});

test("web and worker are told settings that the program reads, each by its own name", () => {
  const asked = new Set<string>();
  const noting = { get: (_: unknown, name: string | symbol) => void asked.add(String(name)) };
  readConfig(new Proxy<Record<string, string | undefined>>({}, noting));
  expect(worker.environment).toEqual(web.environment);
  const told = Object.entries(web.environment ?? {});
  expect(told.length).toBeGreaterThan(10);
  for (const [name, value] of told) {
    expect([name, asked.has(name)]).toEqual([name, true]);
    // https://docs.docker.com/reference/compose-file/interpolation, `${NAME:-…}` and `${NAME:?…}`.
    const from = /^\$\{(\w+):[-?].*\}$/s.exec(String(value))?.[1];
    if (String(value).includes("$")) expect([name, from]).toEqual([name, name]);
  }
});

test.each([
  ["web", web, "8200"],
  ["worker", worker, "8201"],
] as const)(
  "%s begins with its database's address and role, and is asked where it answers",
  (role, service, port) => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-compose-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [password, runner] = [join(folder, "password"), join(folder, "runner")];
    writeFileSync(password, "of-the-test");
    writeFileSync(runner, '#!/bin/sh\necho "$DATABASE_URL" "$@"\n');
    chmodSync(runner, 0o755);
    // `$$` is how compose writes a `$`.
    const words = [...(service.entrypoint ?? []), ...(service.command ?? [])].map((word) =>
      word
        .replaceAll("$$", "$")
        .replaceAll("/run/secrets/database-password", password)
        .replaceAll(WITH_NODE, runner),
    );
    const [program = "", ...rest] = words;
    const [address = "", main = "", ...given] = execFileSync(program, rest, { encoding: "utf8" })
      .trim()
      .split(" ");
    expect(address).toBe(
      `postgres://${database.environment?.POSTGRES_USER}:of-the-test@database/${database.environment?.POSTGRES_DB}`,
    );
    expect([isInCheckout(main), isInCheckout(WITH_NODE), given]).toEqual([true, true, [role]]);
    const { databaseUrl, role: read } = readConfig({
      DATABASE_URL: address,
      FOYER_CLOUD_ROLE: role,
    });
    expect([databaseUrl, read]).toEqual([address, role]);
    const [kind, asks = "", what = "", at] = service.healthcheck.test;
    expect([kind, asks, isInCheckout(what), at]).toEqual(["CMD", WITH_NODE, true, port]);
    const { port: webPort, workerPort } = readConfig({});
    expect(String(role === "web" ? webPort : workerPort)).toBe(port);
  },
);

test("the container file makes the release by programs that are there, and runs it as its own user", () => {
  const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(container)?.[1] ?? "[]") as string[];
  expect(entry.length).toBe(2);
  for (const path of entry) expect(isInCheckout(path)).toBe(true);
  const [, release = ""] = /&& (deploy\S+) --cloud/.exec(container) ?? [];
  expect(existsSync(join(CHECKOUT, release))).toBe(true);
  const [, data = ""] = /FOYER_DATA_FOLDER=(\S+)/.exec(container) ?? [];
  expect(container).toContain(`VOLUME ${data}\n`);
  for (const { volumes } of [web, worker]) expect(volumes).toEqual([`keys:${data}`]);
  expect(container).toMatch(/^USER foyer-cloud$/m);
});

test("the README's commands go by the names, paths and files that are there", () => {
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  const [, section = ""] = /^## Containers\n(.*?)^## /ms.exec(readme) ?? [];
  const paths = section.match(/\/opt\/foyer-cloud\/current\/\S+/g) ?? [];
  expect(paths.filter((path) => !isInCheckout(path))).toEqual([]);
  expect(paths.length).toBeGreaterThan(1);
  const [, address] = /DATABASE_URL="(postgres:[^"]+)"/.exec(section) ?? [];
  // `$$` is how compose writes a `$`.
  expect(web.entrypoint?.join(" ")).toContain(`DATABASE_URL="${address?.replace("$(", "$$$$(")}"`);
  const [, file = ""] = /-f (\S+)'/.exec(section) ?? [];
  expect(existsSync(join(CHECKOUT, file))).toBe(true);
  const { file: secret = "" } = compose.secrets["database-password"] ?? {};
  expect(section).toContain(` ${join("deploy/cloud", secret)}\n`);
  const required = /\$\{(\w+):\?/.exec(text)?.[1];
  expect(section).toContain(`${required}=`);
  const ignored = readFileSync(join(CHECKOUT, ".dockerignore"), "utf8").split("\n");
  expect(ignored).toContain("secrets");
  // The network that the proxy's calls come from, and the volume, are named after the whole.
  const name = /^name: (\w+)$/m.exec(text)?.[1];
  for (const made of [`${name}_default`, `${name}_keys`]) expect(section).toContain(made);
});
