import { describe, expect, test } from "vitest";
import { type Examined, examine, type Finding, levelOf } from "./doctor-rules.ts";
import { sayClosing, sayFinding } from "./doctor-words.ts";

const GIBIBYTE = 1024 ** 3;

const well: Examined = {
  isEnrolled: true,
  services: (["radius", "portal", "sync-agent"] as const).map((service) => ({
    ...{ service, activeState: "active", restarts: 0 },
  })),
  settingFaults: [],
  portalOrigin: { origin: "http://10.1.0.2", host: "10.1.0.2", isOwnAddress: true, isName: false },
  ports: [
    {
      ...{ port: 1812, protocol: "udp", service: "radius", variable: "FOYER_RADIUS_AUTH_PORT" },
      holder: { isOurs: true, name: "node" },
    },
  ],
  disk: { freeBytes: 4 * GIBIBYTE, freeFiles: 100_000, isReadOnly: false },
  memory: { freeBytes: GIBIBYTE / 2, totalBytes: GIBIBYTE },
  clock: { isSynchronised: true, aheadSeconds: 0 },
  uplink: {
    ...{ hasRoute: true, hasNameServer: true, lookUp: { kind: "found" } },
    ...{ host: "cloud.example", cloud: { kind: "foyer" } },
  },
  publicName: null,
  certificates: [
    { file: "/etc/foyer/tls.pem", purpose: "FOYER_PORTAL_TLS_CERTIFICATE", endsInDays: 80 },
  ],
  isKeySealed: true,
  agent: { faults: [], waiting: 0 },
  gateway: {
    ...{ guestInterface: "eth1", hasInterface: true, hasCarrier: true, missingPackages: [] },
    ...{ down: [], hasRules: true, isForwarding: true, isInSettings: true },
    settingFaults: [],
    ...{ portalHost: "10.1.0.2", address: "10.1.0.2", isLineKnown: true },
  },
};

const [port] = well.ports as [Examined["ports"][number]];
const down = (services: Examined["services"], service: string) =>
  services.map((each) => (each.service === service ? { ...each, activeState: "failed" } : each));
const gateway = (change: Partial<NonNullable<Examined["gateway"]>>): Partial<Examined> => ({
  gateway: { ...well.gateway!, ...change },
});
const uplink = (change: Partial<Examined["uplink"]>): Partial<Examined> => ({
  uplink: { ...well.uplink, cloud: { kind: "silent", code: "ETIMEDOUT" }, ...change },
});

/** Each fault, what brings it about, and words that its sentence has to say in English. */
const FAULTS: [string, Partial<Examined>, Finding["kind"], string][] = [
  ["no enrolment", { isEnrolled: false }, "not-enrolled", "foyer enrol"],
  [
    "a process that is down",
    { services: down(well.services, "portal") },
    "service-down",
    "portal does not run (failed)",
  ],
  [
    "a setting that is refused",
    { settingFaults: [{ service: "portal", fault: "FOYER_PORTAL_ORIGIN is not set" }] },
    ...(["setting", "FOYER_PORTAL_ORIGIN is not set"] as const),
  ],
  [
    "guests led to another machine",
    { portalOrigin: { ...well.portalOrigin!, isOwnAddress: false } },
    ...(["origin-foreign", "10.1.0.2 is no address of this machine"] as const),
  ],
  [
    "a port that another program has",
    { ports: [{ ...port, holder: { isOurs: false, name: "freeradius" } }] },
    ...(["port-taken", "UDP port 1812 is taken by freeradius"] as const),
  ],
  ["a port nobody has", { ports: [{ ...port, holder: null }] }, "port-closed", "does not listen"],
  ["a full disk", { disk: { ...well.disk!, freeBytes: 1 } }, "disk-full", "is full"],
  [
    "a read-only disk",
    { disk: { ...well.disk!, isReadOnly: true } },
    "disk-read-only",
    "read-only",
  ],
  ["no room for files", { disk: { ...well.disk!, freeFiles: 3 } }, "disk-no-files", "3 more files"],
  ["little memory", { memory: { freeBytes: 1, totalBytes: GIBIBYTE } }, "memory-short", "Memory"],
  [
    "a clock that is behind",
    { clock: { isSynchronised: false, aheadSeconds: -7200 } },
    ...(["clock-off", "2 hours behind"] as const),
  ],
  ["no way out", uplink({ hasRoute: false }), "no-route", "network cable"],
  ["no name server", uplink({ hasNameServer: false }), "no-name-server", "/etc/resolv.conf"],
  [
    "a name server that is silent",
    uplink({ lookUp: { kind: "failed", code: "EAI_AGAIN" } }),
    ...(["name-fails", "does not answer for cloud.example"] as const),
  ],
  [
    "a name nobody knows",
    uplink({ lookUp: { kind: "failed", code: "ENOTFOUND" } }),
    ...(["name-fails", "There is no cloud.example"] as const),
  ],
  [
    "an uplink behind a log-in page",
    uplink({ cloud: { kind: "another", status: 302, leadsTo: "http://login.isp.example/" } }),
    ...(["captive", "leads to http://login.isp.example/"] as const),
  ],
  [
    "a date before the certificate's",
    uplink({ cloud: { kind: "certificate", code: "CERT_NOT_YET_VALID" } }),
    ...(["cloud-certificate", "set the clock first"] as const),
  ],
  [
    "somebody between",
    uplink({ cloud: { kind: "certificate", code: "ERR_TLS_CERT_ALTNAME_INVALID" } }),
    ...(["cloud-certificate", "something stands between"] as const),
  ],
  ["a firewall", uplink({}), "cloud-silent", "TCP port 443"],
  [
    "a certificate that ended",
    { certificates: [{ ...well.certificates[0]!, endsInDays: -3 }] },
    ...(["certificate-ended", "ended 3 days ago"] as const),
  ],
  [
    "a certificate that cannot be read",
    { certificates: [{ ...well.certificates[0]!, endsInDays: null }] },
    ...(["certificate-unreadable", "/etc/foyer/tls.pem"] as const),
  ],
  [
    "a gateway without its programs",
    gateway({ missingPackages: ["nftables"] }),
    ...(["gateway-packages", "apt-get install nftables"] as const),
  ],
  [
    "a gateway on an interface that is not there",
    gateway({ hasInterface: false, hasCarrier: false }),
    ...(["gateway-interface", "eth1"] as const),
  ],
  [
    "a packet filter that is down",
    gateway({ down: [{ unit: "foyer-filter.service", state: "failed" }], hasRules: false }),
    ...(["gateway-down", "foyer-filter.service"] as const),
  ],
  [
    "settings that the gateway refuses, which are why it is down",
    gateway({
      settingFaults: ['FOYER_GATEWAY_LINE_UPLOAD_KBPS is "18M": give what the line carries'],
      ...{ down: [{ unit: "foyer-filter.service", state: "activating" }], hasRules: false },
    }),
    ...(["gateway-setting", "/etc/foyer/gateway.env"] as const),
  ],
  ["rules that were taken away", gateway({ hasRules: false }), "gateway-rules", "nftables"],
  ["no forwarding", gateway({ isForwarding: false }), "gateway-forwarding", "ip_forward"],
  ["no gateway in the settings", gateway({ isInSettings: false }), "gateway-settings", "This box"],
  [
    "guests led where they cannot go",
    gateway({ portalHost: "192.168.1.9", address: "10.42.0.1" }),
    ...(["gateway-origin", "http://10.42.0.1"] as const),
  ],
  [
    "what the agent says",
    { agent: { faults: [{ part: "store", words: "the store fails: SQLITE_IOERR" }], waiting: 0 } },
    ...(["agent-fault", "SQLITE_IOERR"] as const),
  ],
];

/** What is told and has nobody come. */
const NOTES: [string, Partial<Examined>, Finding["kind"]][] = [
  ["access points without a cable", gateway({ hasCarrier: false }), "gateway-cable"],
  ["a line that nobody has told of", gateway({ isLineKnown: false }), "gateway-line"],
  ["an unsealed key", { isKeySealed: false }, "key-open"],
  ["events that wait", { agent: { faults: [], waiting: 12 } }, "waiting"],
  [
    "a clock that follows nobody",
    { clock: { isSynchronised: false, aheadSeconds: 2 } },
    "clock-alone",
  ],
  ["a disk that fills", { disk: { ...well.disk!, freeBytes: GIBIBYTE / 4 } }, "disk-nearly-full"],
  [
    "a process that ended often",
    { services: well.services.map((each) => ({ ...each, restarts: 5 })) },
    "service-restarts",
  ],
  [
    "a certificate's last month",
    { certificates: [{ ...well.certificates[0]!, endsInDays: 20 }] },
    "certificate-ends",
  ],
];

describe("the doctor", () => {
  test("finds nothing wrong with a box that is well", () => {
    expect(examine(well).map(levelOf)).not.toContain("wrong");
    expect(examine(well).map(levelOf)).not.toContain("note");
  });

  test.each(FAULTS)("says %s in both languages, and it alone", (_, change, kind, words) => {
    const findings = examine({ ...well, ...change }).filter((each) => levelOf(each) === "wrong");
    expect([...new Set(findings.map((each) => each.kind))]).toEqual([kind]);
    const [finding] = findings as [Finding];
    expect(sayFinding("en", finding)).toContain(words);
    expect(sayFinding("vi", finding)).not.toBe(sayFinding("en", finding));
  });

  test.each(NOTES)("notes %s, and calls nobody for it", (_, change, kind) => {
    const findings = examine({ ...well, ...change });
    expect(findings.map(levelOf)).not.toContain("wrong");
    expect(findings.filter((each) => levelOf(each) === "note").map((each) => each.kind)).toContain(
      kind,
    );
  });

  test("says once of a setting that several go by, in the first one's words, and who they are", () => {
    const level = 'FOYER_LOG_LEVEL is "loud": choose one of';
    const port = 'FOYER_RADIUS_AUTH_PORT is "x": give a port number from 0 to 65535';
    const settingFaults = [
      { service: "radius", fault: port },
      { service: "radius", fault: `${level} fatal, error` },
      { service: "sync-agent", fault: `${level} error, fatal` },
    ] as const;
    const own = "FOYER_GATEWAY_NAME_SERVERS: give IPv4 addresses, with blanks between";
    const change = gateway({ settingFaults: [own, port] });
    const wrong = examine({ ...well, ...change, settingFaults }).filter(
      (each) => levelOf(each) === "wrong",
    );
    expect(wrong).toEqual([
      { kind: "setting", services: ["radius", "gateway"], fault: port },
      { kind: "setting", services: ["radius", "sync-agent"], fault: `${level} fatal, error` },
      { kind: "gateway-setting", fault: own },
    ]);
    expect(sayFinding("en", wrong[0] as Finding)).toContain("radius, gateway refuse their");
  });

  test("says nothing more of a gateway that is down for a setting that is told of already", () => {
    const fault = 'FOYER_LOG_LEVEL is "loud": choose one of fatal, error';
    const settingFaults = [{ service: "radius", fault }] as const;
    const down = [{ unit: "foyer-gateway.service", state: "failed" }];
    const change = gateway({ settingFaults: [fault], down });
    const wrong = examine({ ...well, ...change, settingFaults }).filter(
      (each) => levelOf(each) === "wrong",
    );
    expect(wrong).toMatchObject([{ kind: "setting", services: ["radius", "gateway"] }]);
  });

  test("names the first broken link of the uplink and none behind it", () => {
    const broken = uplink({
      ...{ hasRoute: false, hasNameServer: false, lookUp: { kind: "failed", code: "EAI_AGAIN" } },
    });
    const agent = { faults: [{ part: "push", words: "out of reach" }], waiting: 3 };
    const wrong = examine({ ...well, ...broken, agent }).filter(
      (each) => levelOf(each) === "wrong",
    );
    expect(wrong).toEqual([{ kind: "no-route" }]);
  });

  test("lets a cloud on the branch's own network be reached without any way out", () => {
    const here = { uplink: { ...well.uplink, hasRoute: false, hasNameServer: false } };
    expect(examine({ ...well, ...here }).map(levelOf)).not.toContain("wrong");
  });

  test("says of a port that is taken before the box is enrolled", () => {
    const ports = [{ ...port, holder: { isOurs: false, name: "dnsmasq" } }];
    const kinds = examine({ ...well, isEnrolled: false, ports }).map(({ kind }) => kind);
    expect(kinds).toContain("port-taken");
  });

  test("lets what another machine said move no terminal's cursor", () => {
    const leadsTo = "http://a/\u001b[2J\u202e";
    const said = sayFinding("en", { kind: "captive", host: "c", status: 302, leadsTo });
    expect(said).toContain("http://a/?[2J?");
  });

  test("closes with a count in both languages", () => {
    for (const language of ["en", "vi"] as const)
      expect(sayClosing(language, { kind: "wrong", count: 2 })).toContain("2");
  });
});
