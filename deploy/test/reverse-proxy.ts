import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Running, start } from "../lab/processes.ts";
import { takeFreePort } from "./free-ports.ts";
import { askUntil } from "./test-cloud.ts";

export const PROXIES = ["nginx", "Caddy"] as const;
export type ProxyKind = (typeof PROXIES)[number];

const PROGRAMS = { nginx: "/usr/sbin/nginx", Caddy: "/usr/bin/caddy" };
const absent = PROXIES.filter((kind) => !existsSync(PROGRAMS[kind]));
/** Null: both are here. */
export const whyNoProxies =
  absent.length === 0
    ? null
    : `the Debian packages ${absent.join(" and ").toLowerCase()} are not installed`;

/** The ports of one cloud behind one proxy, and what browsers and boxes call it. */
export type ProxyPlan = {
  kind: ProxyKind;
  ports: { cloud: number; http: number; https: number };
  httpOrigin: string;
  origin: string;
};

/** A reverse proxy with the very file that operators are given, but for name, certificate and ports. */
export type ReverseProxy = {
  /** PEM: who signs for its name. */
  authority: string;
  close: () => Promise<void>;
};

type Launched = { process: Running; authorityFile: string };

const readGiven = (file: string) =>
  readFileSync(resolve(import.meta.dirname, "..", "cloud", file), "utf8");

export async function planProxy(kind: ProxyKind): Promise<ProxyPlan> {
  const [cloud, http, https] = [await takeFreePort(), await takeFreePort(), await takeFreePort()];
  return {
    ...{ kind, ports: { cloud, http, https } },
    ...{ httpOrigin: `http://localhost:${http}`, origin: `https://localhost:${https}` },
  };
}

export async function openReverseProxy(plan: ProxyPlan): Promise<ReverseProxy> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-proxy-"));
  // nginx serves as another user than it is started by.
  chmodSync(folder, 0o755);
  const { process, authorityFile } = { nginx: startNginx, Caddy: startCaddy }[plan.kind](
    folder,
    plan,
  );
  const answers = await askUntil(
    () => existsSync(authorityFile) && isListening(plan.httpOrigin),
    (isThere) => isThere || !process.isRunning(),
  );
  if (!answers) throw new Error(`${plan.kind} does not answer: ${process.output()}`);
  return {
    authority: readFileSync(authorityFile, "utf8"),
    close: async () => {
      await process.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

const isListening = (origin: string) =>
  fetch(origin, { redirect: "manual" }).then(
    () => true,
    () => false,
  );

/** A certificate by openssl stands for the one that operators bring. */
function startNginx(folder: string, { ports }: ProxyPlan): Launched {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", ...curve, ...name, ...files], { stdio: "ignore" });
  const site = readGiven("nginx.conf")
    .replace("127.0.0.1:8200", `127.0.0.1:${ports.cloud}`)
    .replaceAll("listen 80;", `listen ${ports.http};`)
    .replaceAll("listen [::]:80;", `listen [::]:${ports.http};`)
    .replaceAll("listen 443 ", `listen ${ports.https} `)
    .replaceAll("listen [::]:443 ", `listen [::]:${ports.https} `)
    .replaceAll("https://foyer.example.com", `https://localhost:${ports.https}`)
    .replaceAll(/\/etc\/letsencrypt\S+fullchain\.pem/g, certificate)
    .replaceAll(/\/etc\/letsencrypt\S+privkey\.pem/g, key)
    .replaceAll("foyer.example.com", "localhost");
  const kept = ["body", "proxy", "fastcgi", "uwsgi", "scgi"].map((part) => {
    const directive = part === "body" ? "client_body_temp_path" : `${part}_temp_path`;
    return `${directive} ${join(folder, part)};`;
  });
  const file = join(folder, "nginx.conf");
  const own = `pid ${join(folder, "nginx.pid")}; error_log stderr; daemon off;`;
  writeFileSync(file, `${own}\nevents {}\nhttp {\n${kept.join("\n")}\n${site}}\n`);
  const process = start(PROGRAMS.nginx, "-p", folder, "-e", "stderr", "-c", file);
  return { process, authorityFile: certificate };
}

/** Caddy signs for a name of the machine by an authority of its own. */
function startCaddy(folder: string, { ports }: ProxyPlan): Launched {
  const own = [
    ...["admin off", "skip_install_trust"],
    ...[`http_port ${ports.http}`, `https_port ${ports.https}`],
    `storage file_system ${join(folder, "kept")}`,
  ];
  const site = readGiven("Caddyfile")
    .replace("127.0.0.1:8200", `127.0.0.1:${ports.cloud}`)
    .replace("foyer.example.com {", "localhost {");
  const file = join(folder, "Caddyfile");
  writeFileSync(file, `{\n\t${own.join("\n\t")}\n}\n${site}`);
  const process = start(PROGRAMS.Caddy, "run", "--adapter", "caddyfile", "--config", file);
  return {
    process,
    authorityFile: join(folder, "kept", "pki", "authorities", "local", "root.crt"),
  };
}
