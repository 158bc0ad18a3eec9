import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { handBackUrl, openndsNas1, openndsNas2, sealFas, vectors } from "./fixtures/examples.ts";
import { type Arrival, adapterOf, readArrival } from "./index.ts";
import { isSignedForOpennds, signForOpennds } from "./opennds-signature.ts";

const { hid, tok, faskey } = vectors.opennds;
const { fas, iv, plain } = vectors.opennds.level2;
const grant = { username: "t-1", password: "p-1", landingUrl: "http://10.99.0.2/online?a=b&c=d" };

function read(rawUrl: string, nas = openndsNas2) {
  return readArrival({ rawUrl, remoteAddress: "10.10.0.92" }, [nas]);
}

function arrive(rawUrl: string, nas = openndsNas2): Arrival {
  const reading = read(rawUrl, nas);
  if (reading.kind !== "arrival") throw new Error(JSON.stringify(reading));
  return reading.arrival;
}

describe("the text", () => {
  it("is opened at level 2 with the key as PHP takes it", () => {
    expect(sealFas(plain, openndsNas2)).toBe(`/?fas=${fas}&iv=${iv}`);
    expect(arrive(`/?fas=${fas}&iv=${iv}`).handBack).toEqual({
      origin: "http://10.10.0.1:2050",
      hid,
      authDirectory: "opennds_auth",
    });
  });

  it("is opened at level 2 with a key longer than 32 octets, of which 32 count", () => {
    const nas = { ...openndsNas2, fasKey: "k".repeat(40) };
    const same = { ...openndsNas2, fasKey: "k".repeat(32) };
    expect(arrive(sealFas(plain, same), nas).mac).toBe("02-AA-BB-CC-00-01");
  });

  it("is opened at level 2 with a key whose thirty-second octet lies within a letter", () => {
    const nas = { ...openndsNas2, fasKey: `${"a".repeat(31)}é-and-more` };
    // Cut between the two octets of the letter, as PHP does.
    const key = Buffer.from(nas.fasKey).subarray(0, 32);
    const cipher = createCipheriv("aes-256-cbc", key, Buffer.from(iv));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]).toString("base64");
    const rawUrl = `/?fas=${Buffer.from(sealed).toString("base64")}&iv=${iv}`;
    expect(arrive(rawUrl, nas).mac).toBe("02-AA-BB-CC-00-01");
  });

  it("is read though a form decoder made spaces of its plus signs", () => {
    // ">>>" and "???" are where base64 needs + and /.
    const text = plain.replace("client_type=cpd_can", "client_type=>>>>>>??????");
    const rawUrl = sealFas(text, openndsNas1);
    expect(rawUrl).toMatch(/fas=.*\+/);
    expect(arrive(rawUrl, openndsNas1).mac).toBe("02-AA-BB-CC-00-01");
    expect(arrive(rawUrl.replaceAll("+", "%20"), openndsNas1).mac).toBe("02-AA-BB-CC-00-01");
  });

  it("is split at comma and space, then at the first equals sign", () => {
    const text = plain.replace("hotspot-detect.html", "x%3fa=1=2,b");
    expect(arrive(sealFas(text, openndsNas2)).originalUrl).toBe(
      "http://captive.apple.com/x?a=1=2,b",
    );
  });

  it("may hold what openNDS 10 adds", () => {
    const text = plain.replace("client_type=cpd_can,", "client_type=cpd_can, cpi_query=%3fa%3db,");
    expect(arrive(sealFas(text, openndsNas2)).ip).toBe("10.10.0.92");
  });

  it("names its NAS by gatewaymac, for the gateway's name is not stable", () => {
    const renamed = plain.replace(/gatewayname=[^,]*/, "gatewayname=Elsewhere");
    expect(arrive(sealFas(renamed, openndsNas2)).nasId).toBe(openndsNas2.id);
    const other = plain.replace("gatewaymac=7266965dd10f", "gatewaymac=7266965dd110");
    expect(read(sealFas(other, openndsNas2)).kind).toBe("refused");
  });

  it("proves no MAC at level 1, where the guest can write it", () => {
    const forged = plain.replace("02:aa:bb:cc:00:01", "02:aa:bb:cc:00:99");
    expect(arrive(sealFas(forged, openndsNas1), openndsNas1)).toMatchObject({
      mac: "02-AA-BB-CC-00-99",
      proof: null,
    });
  });

  it("is refused at level 2 whichever single bit of it was turned around the MAC", () => {
    const sealed = Buffer.from(Buffer.from(fas, "base64").toString(), "base64");
    const at = plain.indexOf("clientmac=");
    for (let octet = at - 16; octet < at + 27; octet += 1) {
      const turned = Buffer.from(sealed);
      turned[octet] = (turned[octet] ?? 0) ^ 1;
      const text = Buffer.from(turned.toString("base64")).toString("base64");
      expect(read(`/?fas=${text}&iv=${iv}`).kind).toBe("refused");
    }
  });

  it("is refused when its authentication directory is a path to elsewhere", () => {
    const text = plain.replace("authdir=opennds_auth", "authdir=../x?y");
    expect(read(sealFas(text, openndsNas2))).toEqual({
      kind: "refused",
      reason: "authdir is not a name",
    });
  });
});

describe("the answer", () => {
  it("is sha256(hid ‖ faskey), under the directory the text names or the usual one", () => {
    const url = new URL(handBackUrl(arrive(`/?fas=${fas}&iv=${iv}`), openndsNas2, grant));
    expect(url.origin + url.pathname).toBe("http://10.10.0.1:2050/opennds_auth/");
    expect(url.searchParams.get("tok")).toBe(tok);
    expect(url.searchParams.get("redir")).toBe(grant.landingUrl);
    const level1 = sealFas(plain.replace(" authdir=opennds_auth,", ""), openndsNas1);
    expect(handBackUrl(arrive(level1, openndsNas1), openndsNas1, grant)).toContain(
      `http://10.10.0.1:2050/opennds_auth/?tok=${tok}&`,
    );
  });

  it("carries the limits of the access policy, signed, for the NAS's BinAuth", () => {
    const limits = {
      sessionSeconds: 3600,
      uploadKbps: null,
      downloadKbps: 5000,
      sessionBytes: 1_048_577,
    };
    const url = handBackUrl(arrive(`/?fas=${fas}&iv=${iv}`), openndsNas2, { ...grant, limits });
    const custom = new URL(url).searchParams.get("custom") ?? "";
    const message = `${hid}.02aabbcc0001.t-1.3600.0.5000.1025`;
    expect(custom).toBe(`${message}.${signForOpennds("grant", message, faskey)}`);
  });

  it("gives the session the hid as its id, which the NAS can make of the token as well", () => {
    const arrival = arrive(`/?fas=${fas}&iv=${iv}`);
    expect(adapterOf(openndsNas2).sessionIdOf(arrival, "flow")).toBe(hid);
  });
});

describe("a second tap", () => {
  const url = new URL(handBackUrl(arrive(`/?fas=${fas}&iv=${iv}`), openndsNas2, grant));
  // As openNDS 9.10.0 sends it: our own query back, redir decoded once, the status behind.
  const echo = `/?tok=${tok}&custom=${url.searchParams.get("custom")}&redir=${grant.landingUrl}&status=authenticated`;

  it("comes back as a guest who is online, and greets nobody by name", () => {
    expect(arrive(echo)).toMatchObject({
      nasId: openndsNas2.id,
      mac: "02-AA-BB-CC-00-01",
      state: "online",
      proof: null,
    });
    expect(adapterOf(openndsNas2).sessionIdOf(arrive(echo), "flow")).toBe(hid);
  });

  it("is refused when the custom text is not ours", () => {
    expect(read(echo.replace("02aabbcc0001", "02aabbcc0099")).kind).toBe("refused");
    expect(read(echo.replace(/custom=[^&]*/, "custom=c2Vzc2lvbg==")).kind).toBe("refused");
    expect(read(echo.replace(/custom=[^&]*&/, "")).kind).toBe("refused");
  });

  it("is not handed back again", () => {
    expect(() => handBackUrl(arrive(echo), openndsNas2, grant)).toThrow("does not ask");
  });
});

it("signs with the key at both ends and the purpose named", () => {
  const expected = createHash("sha256").update("key\nevent\na=1\nkey").digest("hex");
  expect(signForOpennds("event", "a=1", "key")).toBe(expected);
  expect(isSignedForOpennds("event", "a=1", "key", expected.toUpperCase())).toBe(true);
  expect(isSignedForOpennds("grant", "a=1", "key", expected)).toBe(false);
  expect(isSignedForOpennds("event", "a=1", "other", expected)).toBe(false);
  expect(isSignedForOpennds("event", "a=1", "key", "")).toBe(false);
});
