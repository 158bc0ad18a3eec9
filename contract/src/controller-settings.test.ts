import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBranchSettings } from "./branch-settings.ts";

const golden = () =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, "../fixtures/settings/branch-settings.json"), "utf8"),
  );
const place = { id: "01990000-0000-7000-8000-000000000021", name: "Garden", source: "" };
const controllerUrl = "https://10.1.0.5:8443";
const logIn = { username: "foyer", password: "pw" };
const certificateSha256 = "0f".repeat(32);

const unifi = { ...place, kind: "unifi", controllerUrl, certificateSha256, site: "default", logIn };
const omada = {
  ...{ ...place, kind: "omada", controllerUrl, omadacId: "0123456789abcdef", site: "Quán Gió" },
  ...{ operator: logIn, timeUnit: "microseconds" },
};
const wifidog = {
  ...{ ...place, kind: "wifidog", source: "10.1.0.7", gatewayId: "G1QH5L0001234" },
  loginOrigins: ["http://10.1.0.7:2060"],
};
const ruckus = {
  ...{ ...place, kind: "ruckus-controller", source: "10.1.0.9", controllerUrl },
  ...{ service: "smartzone", requestPassword: "pw", radiusSecret: "a-secret", nasIdentifier: "" },
};
const ruckusOne = {
  ...{ ...place, kind: "ruckus-one", requestPassword: "pw" },
  controllerUrl: "https://0a1b2c3d.wispr.eu.ruckus.cloud",
};
const cwa = {
  ...{ ...place, kind: "cisco-cwa", source: "10.1.0.8", radiusSecret: "a-secret" },
  ...{ nasIdentifier: "", portalOrigin: "http://10.1.0.2:8080", redirectAcl: "ACL_WEBAUTH" },
  redirectSecret: "a-secret-of-its-own",
};
const opennds = (changes: object) => ({ ...golden().nas[1], id: place.id, ...changes });

const read = (nas: object) => {
  const settings = golden();
  settings.nas.push(nas);
  return readBranchSettings(settings);
};

test.each([
  unifi,
  { ...unifi, source: "10.1.0.5", logIn: undefined, apiKey: "an-api-key" },
  omada,
  { ...omada, omadacId: undefined, timeUnit: "milliseconds" },
  { ...omada, openApi: { clientId: "app", clientSecret: "secret" } },
  wifidog,
  ruckus,
  { ...ruckus, controllerUrl: "http://10.1.0.9:9080", nbiAddress: "vsz.example" },
  ruckusOne,
  { ...ruckusOne, nbiAddress: "one.example" },
  cwa,
  { ...cwa, portalOrigin: "https://wifi.example", disconnectPort: 1700 },
  opennds({ fasLevel: 3 }),
  opennds({ fasLevel: 4, gatewayName: "Terrace Node:7266965dd10f " }),
])("a controller that is set up in full is read: $kind", (nas) => {
  expect(read(JSON.parse(JSON.stringify(nas)))).toMatchObject({ kind: "settings" });
});

test.each<[string, object, object]>([
  ["controllerUrl", unifi, { controllerUrl: "https://10.1.0.5:8443/manage" }],
  ["controllerUrl", unifi, { controllerUrl: "https://" }],
  ["controllerUrl", unifi, { controllerUrl: "http://10.1.0.5:8080" }],
  ["controllerUrl", omada, { controllerUrl: "http://10.1.0.5:8088" }],
  ["controllerUrl", ruckus, { controllerUrl: "https://api:secret@10.1.0.9:9443" }],
  [
    "certificateSha256",
    ruckus,
    { controllerUrl: "http://10.1.0.9:9080", certificateSha256: "0f".repeat(32) },
  ],
  ["apiKey", unifi, { logIn: undefined }],
  ["openApi", omada, { omadacId: undefined, openApi: { clientId: "app", clientSecret: "s" } }],
  ["source", wifidog, { source: "" }],
  ["source", ruckus, { source: "" }],
  ["source", unifi, { source: "somewhere" }],
  ["controllerUrl", ruckusOne, { controllerUrl: "http://0a1b2c3d.wispr.eu.ruckus.cloud" }],
  ["portalOrigin", cwa, { portalOrigin: "http://10.1.0.2:80" }],
  ["portalOrigin", cwa, { portalOrigin: "http://10.1.0.2:8080/portal" }],
  ["portalOrigin", cwa, { portalOrigin: "http://guest@10.1.0.2" }],
  ["portalOrigin", cwa, { portalOrigin: "javascript:alert(1)" }],
  ["redirectAcl", cwa, { redirectAcl: "ACL any any" }],
  ["disconnectPort", cwa, { disconnectPort: null }],
  ["loginOrigins", wifidog, { loginOrigins: ["http://"] }],
])("a controller that cannot work is refused at its %s", (field, nas, change) => {
  const result = read(JSON.parse(JSON.stringify({ ...nas, ...change })));
  expect(result.kind === "invalid" && result.reason).toContain(`/nas/2/${field}`);
});

test.each<[object, object]>([
  [unifi, { certificateSha256: "0F:0F" }],
  [unifi, { site: "../default" }],
  [unifi, { site: "default?x=1" }],
  [omada, { omadacId: "a/b" }],
  [omada, { timeUnit: "seconds" }],
  [wifidog, { gatewayId: "a b" }],
  [opennds({}), { fasLevel: 5 }],
])("what would break a path or a comparison fits no controller", (nas, change) => {
  expect(read({ ...nas, ...change }).kind).toBe("invalid");
});

test("two of one kind that a redirect cannot tell apart are refused; of two kinds they are not", () => {
  const settings = golden();
  settings.nas.push(unifi, {
    ...omada,
    id: "01990000-0000-7000-8000-000000000022",
    site: "default",
  });
  expect(readBranchSettings(JSON.parse(JSON.stringify(settings)))).toMatchObject({
    kind: "settings",
  });
  settings.nas.push({ ...unifi, id: "01990000-0000-7000-8000-000000000023" });
  const read = readBranchSettings(JSON.parse(JSON.stringify(settings)));
  expect(read.kind === "invalid" && read.reason).toContain("/nas/4/site");
});

test("a RUCKUS One without RADIUS is refused beside another Ruckus of the same nbiIP", () => {
  const readBoth = (other: object) => {
    const settings = golden();
    settings.nas.push(ruckusOne, { ...other, id: "01990000-0000-7000-8000-000000000022" });
    const result = readBranchSettings(JSON.parse(JSON.stringify(settings)));
    return result.kind === "invalid" ? result.reason : null;
  };
  expect(readBoth(ruckus)).toBeNull();
  expect(readBoth({ ...ruckus, nbiAddress: "0A1B2C3D.wispr.eu.ruckus.cloud" })).toContain(
    "/nas/2/nbiAddress",
  );
  expect(readBoth(ruckusOne)).toContain("/nas/2/nbiAddress");
});
