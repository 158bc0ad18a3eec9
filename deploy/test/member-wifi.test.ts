import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, findDeviceByMac, listUnsent, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings, CoovaNas } from "@foyer/contract";
import { startPortal } from "@foyer/portal";
import { handOff } from "@foyer/portal/test/open-portal";
import { type Plist, readPasspointFile, readPlist } from "@foyer/portal/test/xml";
import { startRadius } from "@foyer/radius";
import { runEapolTest } from "@foyer/radius/test/eapol";
import { describeWithPeer } from "@foyer/radius/test/peers";
import { expect, onTestFinished, test, vi } from "vitest";

const require = createRequire(import.meta.url);
const MAC = "02-00-5E-00-53-01";
/** What the phone shows on the secure SSID: the box has never seen it. */
const OTHER_MAC = "06-00-5E-00-53-02";
const ANDROID_MAC = "0A-00-5E-00-53-03";

/** A box as it runs in a branch: portal and radius on one state folder, and nothing else in common. */
async function startBox() {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const stateFolder = mkdtempSync(join(tmpdir(), "foyer-member-"));
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const cloudUrl = "http://127.0.0.1:1";
  writeFileSync(join(stateFolder, "box.json"), JSON.stringify({ ...identity, cloudUrl }));
  const store = openBranchStore({ folder: stateFolder, identity, clock: () => new Date() });
  const where = { stateFolder, host: "127.0.0.1", logLevel: "silent" } as const;
  const portal = await startPortal({ ...where, port: 0 });
  const nas = {
    ...(settings.nas.find((each) => each.kind === "coova") as CoovaNas),
    uamServer: `${portal.origin}/portal`,
  };
  settings.nas = [nas];
  settings.memberWifi = {
    enabled: true,
    ssid: "Quán của khách",
    domain: "wifi.cafe.example",
    innerMethod: "mschapv2",
  };
  store.transaction((tx) => applySettings(tx, settings));
  const radius = await startRadius({ ...where, authPort: 0, acctPort: 0 });
  onTestFinished(async () => {
    await Promise.all([portal.close(), radius.close()]);
    store.close();
    rmSync(stateFolder, { recursive: true });
  });
  return { store, portal, radius, nas };
}

type Box = Awaited<ReturnType<typeof startBox>>;

/** A phone's sign-in sheet: follows the portal's own redirects and keeps nothing. */
function openSheet({ portal }: Box) {
  const sheet = {
    html: "",
    /** Where the last answer led out of the portal. */
    left: null as URL | null,
    async open(url: string, form?: Record<string, string>): Promise<void> {
      const body = form && new URLSearchParams({ c: sheet.sealed(), ...form });
      const answer = await fetch(new URL(url, portal.origin), {
        redirect: "manual",
        headers: { "accept-language": "en" },
        ...(body ? { method: "POST", body } : {}),
      });
      const location = answer.headers.get("location");
      if (location?.startsWith("/")) return sheet.open(location);
      sheet.left = location === null ? null : new URL(location);
      sheet.html = await answer.text();
    },
    sealed: () => /[?;"](?:c=|value=")([\w-]{100,})/.exec(sheet.html)?.[1] ?? "",
    link: (words: string) =>
      new RegExp(`href="([^"]+)"[^>]*>${words}`).exec(sheet.html)?.[1]?.replaceAll("&amp;", "&") ??
      "",
  };
  return sheet;
}

/** Signs in by phone as far as "you're online", and on to the page that explains. */
async function openMemberPage(box: Box) {
  const sheet = openSheet(box);
  await sheet.open(handOff(box.nas, { mac: MAC, ip: "127.0.0.1", uamip: "10.10.0.1" }));
  const terms = /name="terms" value="([^"]+)"/.exec(sheet.html)?.[1] ?? "";
  await sheet.open("/phone", { phone: "0912345678", terms });
  const outbox = await fetch(`${box.portal.origin}/outbox`, {
    headers: { accept: "application/json" },
  });
  const { messages } = (await outbox.json()) as { messages: { code: string }[] };
  await sheet.open("/code", { code: messages[0]?.code ?? "" });
  await sheet.open("/details", { name: "Lan" });
  await sheet.open(sheet.left?.searchParams.get("userurl") ?? "");
  await sheet.open(sheet.link("Connect by itself next time"));
  return { sheet, path: sheet.link(`${box.portal.origin}/m/`) };
}

async function download(url: string): Promise<string> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return answer.text();
}

type Dictionary = { [key: string]: Plist };

/** What an iPhone takes out of the profile, in wpa_supplicant's words. */
async function readAppleProfile(url: string) {
  const payloads = readPlist(await download(`${url}/wifi.mobileconfig`))
    .PayloadContent as Dictionary[];
  const [wifi, root] = payloads;
  const eap = wifi?.EAPClientConfiguration as Dictionary;
  expect(eap.PayloadCertificateAnchorUUID).toEqual([root?.PayloadUUID]);
  const [name] = eap.TLSTrustedServerNames as string[];
  return {
    username: String(eap.UserName),
    password: String(eap.UserPassword),
    more: trust(root?.PayloadContent as Buffer, `domain_match="${name}"`),
  };
}

/** The same for Android: it holds the server's name against the FQDN, as a suffix. */
async function readAndroidFile(url: string) {
  const { leaves, authority } = readPasspointFile(await download(`${url}/wifi.config`));
  const leaf = (name: string) =>
    Object.entries(leaves).find(([path]) => path.endsWith(`/${name}`))?.[1] ?? "";
  return {
    username: leaf("Username"),
    password: atob(leaf("Password")),
    more: trust(authority as Buffer, `domain_suffix_match="${leaf("FQDN")}"`),
  };
}

function trust(authority: Buffer, line: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "foyer-trust-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "authority.pem");
  writeFileSync(file, new X509Certificate(authority).toString());
  return [`ca_cert="${file}"`, line];
}

describeWithPeer("eapol_test", "a device with a downloaded profile", () => {
  test("gets in under a MAC the box has never seen, as its guest, until the guest forgets it", async () => {
    const box = await startBox();
    const { sheet, path } = await openMemberPage(box);
    const logIn = (device: { username: string; password: string; more: string[] }, mac: string) =>
      runEapolTest({
        ...{ outer: "TTLS", inner: "auth=MSCHAPV2", portNumber: box.radius.authPort, mac },
        ...device,
      });
    const iphone = await readAppleProfile(path);
    expect(await logIn(iphone, OTHER_MAC)).toMatchObject({ isAccepted: true, areKeysRight: true });
    const android = await readAndroidFile(path);
    expect(await logIn(android, ANDROID_MAC)).toMatchObject({ isAccepted: true });
    const guestOf = (mac: string) => box.store.read((tx) => findDeviceByMac(tx, mac)?.guestId);
    // What follows from a log-in is written after its answer.
    await vi.waitFor(() => expect(guestOf(ANDROID_MAC)).toBe(guestOf(MAC)), 20_000);
    expect(guestOf(OTHER_MAC)).toBe(guestOf(MAC));

    await sheet.open("/member/forget", { whose: "device" });
    expect(sheet.html).toContain("It&#39;s forgotten");
    expect((await logIn(iphone, OTHER_MAC)).isAccepted).toBe(false);
    expect((await logIn(android, ANDROID_MAC)).isAccepted).toBe(false);
    expect((await fetch(`${path}/wifi.mobileconfig`)).status).toBe(404);
    const told = box.store
      .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100 }))
      .map(({ type }) => type)
      .filter((type) => type.startsWith("credential."));
    expect(told).toEqual(["credential.issued", "credential.revoked"]);
  });
});
