import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Plist, readPasspointFile, readPlist, readXml } from "../../test/xml.ts";
import { buildAppleProfile, nameUuid, type ProfileContent } from "./apple-profile.ts";
import { buildPasspointFile } from "./passpoint.ts";
import { escapeXml } from "./xml.ts";

const AUTHORITY = Buffer.from([0x30, 0x03, 0x02, 0x01, 0x07]);
const DEVICE = "01990000-0000-7000-8000-000000000020";
/** What venue IT, or somebody who wants to write into a profile, may call a network. */
const HOSTILE = `Quán & "Bạn"</string><key>UserName</key><string>'{ssid}<%= 1 %>]]>`;

const content = (change: Partial<ProfileContent> = {}): ProfileContent => ({
  memberWifi: { enabled: true, ssid: "Quán", domain: "wifi.cafe.example", innerMethod: "mschapv2" },
  credential: { username: "name-1", password: "secret-1", deviceId: DEVICE },
  trust: { authority: AUTHORITY, names: ["radius.foyer.internal"] },
  friendlyName: "Foyer Café",
  brandName: "Foyer",
  consent: { default: "Hồ sơ", vi: "Hồ sơ", en: "This profile" },
  description: "Joins",
  ...change,
});

type Dictionary = { [key: string]: Plist };
const readApple = (change: Partial<ProfileContent> = {}) => {
  const profile = readPlist(buildAppleProfile(content(change)));
  const payloads = profile.PayloadContent as Dictionary[];
  const wifi = payloads.find((each) => each.PayloadType === "com.apple.wifi.managed") ?? {};
  const root = payloads.find((each) => each.PayloadType === "com.apple.security.root") ?? null;
  return { profile, payloads, wifi, root, eap: wifi.EAPClientConfiguration as Dictionary };
};

describe("an Apple profile", () => {
  test("names the SSID, EAP-TTLS, the credential and the server it may tell it", () => {
    const { profile, wifi, eap, root } = readApple();
    expect(profile).toMatchObject({
      PayloadType: "Configuration",
      PayloadDisplayName: "Foyer Café",
      PayloadOrganization: "Foyer",
      PayloadRemovalDisallowed: false,
      ConsentText: { default: "Hồ sơ", vi: "Hồ sơ", en: "This profile" },
    });
    expect(wifi).toMatchObject({ SSID_STR: "Quán", EncryptionType: "WPA2", AutoJoin: true });
    expect(eap).toEqual({
      AcceptEAPTypes: [21],
      TTLSInnerAuthentication: "MSCHAPv2",
      UserName: "name-1",
      UserPassword: "secret-1",
      OuterIdentity: "anonymous@wifi.cafe.example",
      TLSMinimumVersion: "1.2",
      TLSTrustedServerNames: ["radius.foyer.internal"],
      PayloadCertificateAnchorUUID: [root?.PayloadUUID],
    });
    expect(root?.PayloadContent).toEqual(AUTHORITY);
  });

  test("says PAP where the branch does", () => {
    const { memberWifi } = content();
    const { eap } = readApple({ memberWifi: { ...memberWifi, innerMethod: "pap" } });
    expect(eap.TTLSInnerAuthentication).toBe("PAP");
  });

  test("without an authority of the box's own trusts the server by its name alone", () => {
    const { eap, root } = readApple({ trust: { authority: null, names: ["radius.cafe.example"] } });
    expect(root).toBeNull();
    expect(eap).not.toHaveProperty("PayloadCertificateAnchorUUID");
    expect(eap.TLSTrustedServerNames).toEqual(["radius.cafe.example"]);
  });

  test("takes the place of the one before it: same identifier, and same UUIDs on one device", () => {
    const idsOf = (change: Partial<ProfileContent>) => {
      const { profile, payloads } = readApple(change);
      return [profile, ...payloads].map((each) => [each.PayloadIdentifier, each.PayloadUUID]);
    };
    const first = idsOf({});
    const again = idsOf({ credential: { ...content().credential, username: "name-2" } });
    expect(again).toEqual(first);
    expect(new Set(first.map(([, uuid]) => uuid)).size).toBe(3);
    const other = idsOf({
      credential: { ...content().credential, deviceId: DEVICE.replace("20", "21") },
    });
    expect(other.map(([identifier]) => identifier)).toEqual(
      first.map(([identifier]) => identifier),
    );
    expect(other.map(([, uuid]) => uuid)).not.toEqual(first.map(([, uuid]) => uuid));
    const elsewhere = idsOf({ memberWifi: { ...content().memberWifi, ssid: "Vườn" } });
    expect(elsewhere[0]?.[0]).not.toBe(first[0]?.[0]);
  });

  test("keeps what people wrote as words, whatever they wrote", () => {
    const memberWifi = { ...content().memberWifi, ssid: HOSTILE };
    const { profile, wifi, eap } = readApple({
      memberWifi,
      friendlyName: HOSTILE,
      brandName: HOSTILE,
    });
    expect(wifi.SSID_STR).toBe(HOSTILE);
    expect(profile.PayloadDisplayName).toBe(HOSTILE);
    expect(profile.PayloadOrganization).toBe(HOSTILE);
    expect(eap.UserName).toBe("name-1");
  });
});

describe("a Passpoint file", () => {
  const read = (change: Partial<ProfileContent> = {}) =>
    readPasspointFile(buildPasspointFile(content(change)));
  const SUBSCRIPTION = "PerProviderSubscription/i001";

  test("holds the subscription and the authority, in base64 within base64", () => {
    const { leaves, authority } = read();
    expect(authority).toEqual(AUTHORITY);
    expect(leaves).toEqual({
      [`${SUBSCRIPTION}/HomeSP/FriendlyName`]: "Foyer Café",
      [`${SUBSCRIPTION}/HomeSP/FQDN`]: "radius.foyer.internal",
      [`${SUBSCRIPTION}/Credential/Realm`]: "wifi.cafe.example",
      [`${SUBSCRIPTION}/Credential/UsernamePassword/Username`]: "name-1",
      [`${SUBSCRIPTION}/Credential/UsernamePassword/Password`]: btoa("secret-1"),
      [`${SUBSCRIPTION}/Credential/UsernamePassword/EAPMethod/EAPType`]: "21",
      [`${SUBSCRIPTION}/Credential/UsernamePassword/EAPMethod/InnerMethod`]: "MS-CHAP-V2",
    });
  });

  test("has no line longer than MIME's, and says PAP where the branch does", () => {
    const { memberWifi } = content();
    const file = buildPasspointFile(content({ memberWifi: { ...memberWifi, innerMethod: "pap" } }));
    for (const line of file.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
    const { leaves } = readPasspointFile(file);
    expect(Object.values(leaves)).toContain("PAP");
  });

  test("names the branch's domain where the server's certificate is of it, and no authority", () => {
    const { leaves, authority } = read({
      trust: { authority: null, names: ["radius.wifi.cafe.example"] },
    });
    expect(leaves[`${SUBSCRIPTION}/HomeSP/FQDN`]).toBe("wifi.cafe.example");
    expect(authority).toBeNull();
  });

  test("keeps what people wrote as words, whatever they wrote", () => {
    const hostile = "</Value></Node><Node><NodeName>x & y";
    const { leaves } = read({ friendlyName: hostile });
    expect(leaves[`${SUBSCRIPTION}/HomeSP/FriendlyName`]).toBe(hostile);
    expect(Object.keys(leaves)).toHaveLength(7);
  });
});

test.each([
  ["a\u0000b\u001fc", "a\ufffdb\ufffdc"],
  ["lone \ud800 half", "lone \ufffd half"],
  ["\ufffe\uffff", "\ufffd\ufffd"],
  ["tab\tline\nCà phê 😀", "tab\tline\nCà phê 😀"],
])("%j becomes words that XML can hold", (text, held) => {
  expect(readXml(`<a>${escapeXml(text)}</a>`).text).toBe(held);
});

test("no words of any kind change the shape of either file, or a value beside their own", () => {
  const words = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
  // XML hands every line end on as one (XML 1.0 §2.11), and Android's reader trims nothing.
  const isPlain = (text: string) => !text.includes("\r") && escapeXml(text).indexOf("\ufffd") < 0;
  fc.assert(
    fc.property(words.filter(isPlain), words.filter(isPlain), (ssid, friendlyName) => {
      const memberWifi = { ...content().memberWifi, ssid };
      const { profile, wifi, eap } = readApple({ memberWifi, friendlyName });
      expect([wifi.SSID_STR, profile.PayloadDisplayName]).toEqual([ssid, friendlyName]);
      expect([eap.UserName, eap.UserPassword]).toEqual(["name-1", "secret-1"]);
      const file = readPasspointFile(buildPasspointFile(content({ memberWifi, friendlyName })));
      expect(Object.values(file.leaves)).toHaveLength(7);
      expect(file.leaves["PerProviderSubscription/i001/HomeSP/FriendlyName"]).toBe(friendlyName);
    }),
  );
});

test.each(["<a>", "<a></b>", "<a>&copy;</a>", "<a>x<b/></a>", "<a/><b/>", "<a b=c/>"])(
  "the reader that these tests rest on refuses %s",
  (text) => {
    expect(() => readXml(text)).toThrow();
  },
);

test("RFC 9562 §A.4: the UUID of a name", () => {
  const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  expect(nameUuid(dns, "www.example.com")).toBe("2ED6657D-E927-568B-95E1-2665A8AEA6A2");
});
