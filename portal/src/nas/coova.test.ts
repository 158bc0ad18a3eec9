import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chapResponse, hidePassword } from "./coova.ts";
import { coovaNas, handBackUrl, signUam, vectors } from "./fixtures/examples.ts";
import { type Arrival, readArrival } from "./index.ts";

const uam = vectors.coova;
const grant = { username: "t-1", password: uam.password, landingUrl: "http://10.99.0.2/online" };

function read(rawUrl: string, nas = coovaNas) {
  return readArrival({ rawUrl, remoteAddress: "10.10.0.2" }, [nas]);
}

function arrive(rawUrl: string, nas = coovaNas): Arrival {
  const reading = read(rawUrl, nas);
  if (reading.kind !== "arrival") throw new Error(JSON.stringify(reading));
  return reading.arrival;
}

describe("the answer to a challenge", () => {
  it("is CHAP over MD5(challenge ‖ uamsecret), with the identifier 0 or another", () => {
    expect(chapResponse(uam.password, uam.challenge, uam.uamsecret)).toBe(uam.response_ident0);
    expect(chapResponse(uam.password, uam.challenge, uam.uamsecret, 7)).toBe(uam.response_ident7);
  });

  it("is CHAP over the bare challenge when the NAS has no uamsecret", () => {
    expect(chapResponse(uam.password, uam.challenge, "")).toBe(uam.noSecretResponse);
  });

  it("is the password under the key's octets for PAP", () => {
    expect(hidePassword(uam.password, uam.challenge, uam.uamsecret)).toBe(uam.papHex);
    const padded = uam.password.padEnd(16, "\0");
    expect(hidePassword(padded, uam.challenge, uam.uamsecret)).toBe(uam.papHexPadded16);
  });

  it("repeats the key under a password that is longer than it", () => {
    const long = "0123456789abcdef0123456789abcdef";
    const hidden = Buffer.from(hidePassword(long, uam.challenge, uam.uamsecret), "hex");
    expect(hidden.subarray(16)).toEqual(hidden.subarray(0, 16));
  });

  it("goes to /logon with the user's name, the answer and where to go next, as the NAS is set", () => {
    const rawUrl = signUam({ challenge: uam.challenge });
    const chap = new URL(handBackUrl(arrive(rawUrl), coovaNas, grant));
    expect(chap.origin + chap.pathname).toBe("http://10.10.0.1:3990/logon");
    expect(Object.fromEntries(chap.searchParams)).toEqual({
      username: "t-1",
      response: uam.response_ident0,
      userurl: "http://10.99.0.2/online",
    });
    const pap = new URL(handBackUrl(arrive(rawUrl), { ...coovaNas, handBack: "pap" }, grant));
    expect(pap.searchParams.get("password")).toBe(uam.papHex);
    expect(pap.searchParams.has("response")).toBe(false);
  });
});

describe("the signature", () => {
  it("covers the uamserver as the NAS has it, whatever path a proxy made of it", () => {
    const query = uam.signedUrl.slice(uam.signedUrl.indexOf("?"));
    expect(arrive(`/behind/a/proxy${query}`).proof).toBe("signed-hand-off");
    expect(read(`/portal${query}`, { ...coovaNas, uamServer: "https://10.99.0.2/portal" })).toEqual(
      { kind: "refused", reason: "md does not fit the NAS's uamsecret" },
    );
  });

  it("is compared without regard to case", () => {
    const lower = uam.signedUrl.replace(/md=.*/, (md: string) => md.toLowerCase());
    expect(arrive(lower.slice(21)).proof).toBe("signed-hand-off");
  });

  it("covers the query of a uamserver that has one of its own", () => {
    const nas = { ...coovaNas, uamServer: "http://10.99.0.2:8080/portal?branch=7" };
    const rawUrl = signUam({}, nas);
    expect(rawUrl).toContain("?branch=7&res=notyet");
    expect(arrive(rawUrl, nas).proof).toBe("signed-hand-off");
    expect(read(rawUrl.replace("branch=7", "branch=8"), nas).kind).toBe("refused");
  });

  it("covers everything that is read: what stands behind it counts for nothing", () => {
    const arrival = arrive(`${signUam({})}&mac=02-AA-BB-CC-00-99&uamip=203.0.113.9`);
    expect(arrival.mac).toBe("02-AA-BB-CC-00-01");
    expect(arrival.handBack.origin).toBe("http://10.10.0.1:3990");
    const added = arrive(`${signUam({ userurl: null })}&userurl=http://elsewhere.example/`);
    expect(added.originalUrl).toBeNull();
  });

  it("tells one hand-off without a challenge by what was signed, however the rest is written", () => {
    const idOf = (rawUrl: string) => {
      const reading = read(rawUrl);
      return reading.kind === "arrival" ? reading.handOffId : reading;
    };
    const told = signUam({ res: "success", challenge: null });
    const lower = told.replace(/md=.*/, (md: string) => md.toLowerCase());
    expect(idOf(lower)).toBe(idOf(told));
    expect(idOf(`${told}&x=1`)).toBe(idOf(told));
    expect(idOf(signUam({ res: "already", challenge: null }))).not.toBe(idOf(told));
  });

  it("is absent from a NAS without uamsecret, whose MACs then prove nothing", () => {
    const nas = { ...coovaNas, uamSecret: "" };
    const arrival = arrive(signUam({}).replace(/&md=.*/, ""), nas);
    expect(arrival.proof).toBeNull();
  });

  it("chooses between two NAS of one name and address by their secrets", () => {
    const first = { ...coovaNas, id: "0199f000-0000-7000-8000-00000000000a", uamSecret: "other" };
    const request = { rawUrl: signUam({}), remoteAddress: "10.10.0.2" };
    expect(readArrival(request, [first, coovaNas])).toMatchObject({
      arrival: { nasId: coovaNas.id, proof: "signed-hand-off" },
    });
  });
});

describe("what the NAS says of the guest", () => {
  it.each([
    ["notyet", "asks"],
    ["splash", "asks"],
    ["success", "online"],
    ["already", "online"],
    ["failed", "failed"],
    ["logoff", "logged-off"],
  ])("res=%s means that the guest %s", (res, state) => {
    expect(arrive(signUam({ res })).state).toBe(state);
  });

  it("names why a log-in failed, and brings the challenge for another try", () => {
    const arrival = arrive(signUam({ res: "failed", reason: "timeout" }));
    expect(arrival.failure).toBe("timeout");
    expect(handBackUrl(arrival, coovaNas, grant)).toContain("/logon?");
    expect(arrive(signUam({ res: "failed" })).failure).toBe("reject");
    expect(arrive(signUam({ res: "failed", reason: "0912345678" })).failure).toBe("other");
  });

  it("is refused when it is no word of UAM, or brings nothing to answer", () => {
    for (const res of ["mystery", "constructor", "__proto__"])
      expect(read(signUam({ res })).kind).toBe("refused");
    expect(read(signUam({ challenge: null })).kind).toBe("refused");
    expect(read(signUam({ challenge: "abc" })).kind).toBe("refused");
    expect(read(signUam({ mac: "nobody" })).kind).toBe("refused");
  });

  it("needs no challenge when the guest is online already; then nobody is handed back", () => {
    const arrival = arrive(signUam({ res: "already", challenge: null }));
    expect(arrival.state).toBe("online");
    expect(() => handBackUrl(arrival, coovaNas, grant)).toThrow("no challenge");
  });

  it("is found inside loginurl, where the NAS has a uamhomepage", () => {
    const inner = encodeURIComponent(uam.signedUrl);
    expect(arrive(`/welcome?loginurl=${inner}`).proof).toBe("signed-hand-off");
    expect(read(`/welcome?loginurl=${inner.replace("00-01", "00-02")}`).kind).toBe("refused");
    // A name may be encoded too, and need not come first (WHATWG URL §5.1).
    for (const before of ["login%75rl", "uamhost=%20&loginurl", "uamhost=1&%6coginurl"])
      expect(arrive(`/welcome?${before}=${inner}`).proof).toBe("signed-hand-off");
  });
});

it("speaks with uspot, whose challenge is upper-case and whose parameters come in another order", () => {
  const { mac, challenge, challengeOption } = vectors.uspot;
  const made = createHash("md5").update(`${challengeOption}${mac}`).digest("hex").toUpperCase();
  expect(made).toBe(challenge);
  const query = `res=notyet&uamip=10.10.0.1&uamport=3990&challenge=${challenge}&mac=${mac}&ip=10.10.0.2&called=AE-32-37-A2-F5-E2&nasid=branch-001&sessionid=1&ssid=Guest&userurl=`;
  const md = createHash("md5").update(`${coovaNas.uamServer}?${query}${coovaNas.uamSecret}`);
  const arrival = arrive(`/portal?${query}&md=${md.digest("hex")}`);
  expect(arrival).toMatchObject({ mac, proof: "signed-hand-off", originalUrl: null });
  expect(handBackUrl(arrival, coovaNas, grant)).toMatch(/response=[0-9a-f]{32}/);
});
