import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BOX_CERTIFICATE_FILE } from "@foyer/branch-store";
import { findUplink } from "@foyer/gateway";
import { describe, expect, onTestFinished, test } from "vitest";
import { startTestCloud } from "../test/test-cloud.ts";
import { askCloud } from "./ask-cloud.ts";
import { readAssignments } from "./host-rules.ts";
import { findEnd, lookAtMemory, lookAtName } from "./look-around.ts";
import { findOwners, listOpenSockets, readSockets } from "./sockets.ts";

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const serve = async (answer: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(answer))}`;

describe("who answers at the cloud's address", () => {
  test("a real cloud refuses an unsigned call, and tells the time", async () => {
    const cloud = await startTestCloud();
    onTestFinished(() => cloud.close());
    const { answer, aheadSeconds } = await askCloud(cloud.origin, () => Date.now() + 3600_000);
    expect(answer).toEqual({ kind: "foyer" });
    expect(Math.abs((aheadSeconds ?? 0) - 3600)).toBeLessThan(60);
  }, 90_000);

  test("a page to log in at is not the cloud, whether it leads there or stands in its place", async () => {
    const leading = await serve((_, response) =>
      response.writeHead(302, { location: "http://login.isp.example/" }).end(),
    );
    expect((await askCloud(leading)).answer).toEqual({
      ...{ kind: "another", status: 302, leadsTo: "http://login.isp.example/" },
    });
    const standing = await serve((_, response) => response.end("<html>Log in</html>"));
    expect((await askCloud(standing)).answer).toMatchObject({ kind: "another", status: 200 });
    const other = await serve((_, response) => response.writeHead(404).end('{"error":"no"}'));
    expect((await askCloud(other)).answer).toMatchObject({ kind: "another", status: 404 });
  });

  test("nobody at all is silence", async () => {
    const server = createTcpServer();
    const portNumber = await listen(server);
    server.close();
    await once(server, "close");
    const { answer } = await askCloud(`http://127.0.0.1:${portNumber}`);
    expect(answer).toEqual({ kind: "silent", code: "ECONNREFUSED" });
  });

  test("a certificate of somebody else's is told as such, and when it ends", async () => {
    const folder = mkdtempSync(join(tmpdir(), "foyer-certificate-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const whose = ["-subj", "/CN=proxy.example", "-days", "12", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...made, ...whose], { stdio: "ignore" });
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) });
    const { answer } = await askCloud(`https://127.0.0.1:${await listen(server)}`);
    expect(answer).toMatchObject({ kind: "certificate" });
    expect([11, 12]).toContain(findEnd(cert));
    expect(findEnd(key)).toBeNull();
  });
});

test("the box's public name is read off its certificate, and whether it is served off the settings", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-public-name-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, BOX_CERTIFICATE_FILE);
  const served = { portalTlsPort: 443, variables: {} };
  expect(lookAtName(folder, served)).toEqual({ isServed: true, certificate: null });
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const name = ["-subj", "/CN=x", "-addext", "subjectAltName=DNS:box.wifi.example"];
  const files = ["-days", "100", "-keyout", join(folder, "key"), "-out", file];
  execFileSync("openssl", [...made, ...name, ...files], { stdio: "ignore" });
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 + 60_000);
  expect(lookAtName(folder, served, inDays(50)).certificate).toEqual({
    ...{ name: "box.wifi.example", days: 49, isGood: true },
    lifePartLeft: expect.closeTo(0.5, 2),
  });
  expect(lookAtName(folder, served, inDays(100)).certificate?.isGood).toBe(false);
  const others = { portalTlsPort: 443, variables: { FOYER_PORTAL_TLS_CERTIFICATE: "/etc/x" } };
  expect(lookAtName(folder, others).isServed).toBe(false);
});

describe("who has a port", () => {
  test("is found for what listens by TCP and what waits by UDP", async () => {
    const tcp = await listen(createTcpServer());
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    const open = listOpenSockets();
    const wanted = [
      { protocol: "tcp", port: tcp },
      { protocol: "udp", port: socket.address().port },
    ];
    for (const { protocol, port } of wanted) {
      const found = open.find((each) => each.protocol === protocol && each.port === port);
      const owner = findOwners(new Set([found?.inode ?? ""])).get(found?.inode ?? "");
      expect(owner?.pid).toBe(process.pid);
    }
  });

  test("is nobody for a connection under way or one that is closing", () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1
`;
    expect(readSockets(table, "tcp")).toEqual([{ protocol: "tcp", port: 8080, inode: "4711" }]);
  });
});

test("the interface of the default route is read from the kernel's table", () => {
  const head =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  const lan = "eth1\t0000010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
  const out = "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";
  expect(findUplink(head + lan + out)).toBe("eth0");
  expect(findUplink(head + lan)).toBeNull();
});

test("memory is what may still be had, and unknown where the kernel does not say", () => {
  const meminfo = "MemTotal:        1000 kB\nMemFree:   10 kB\nMemAvailable:    400 kB\n";
  expect(lookAtMemory(meminfo)).toEqual({ freeBytes: 409_600, totalBytes: 1_024_000 });
  expect(lookAtMemory("MemTotal: 1000 kB\n")).toBeNull();
});

test("settings are read as systemd reads them: comments left out, quotes taken off", () => {
  const text =
    "# a comment\nFOYER_A=1\n  FOYER_B = no\nFOYER_C=\"two words\"\nFOYER_D='x'\n;FOYER_E=5\n";
  expect(readAssignments(text)).toEqual([
    ["FOYER_A", "1"],
    ["FOYER_C", "two words"],
    ["FOYER_D", "x"],
  ]);
});
