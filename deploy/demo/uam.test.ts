import { expect, test } from "vitest";
import { challengeKey, readCredentials, revealPassword, signRedirect } from "./uam.ts";

// Recorded from CoovaChilli 1.6.
const challenge = "5b1d296db7826a655411dcd83ee25154";
const secret = "uamsecret-lab";

test("a redirect is signed as CoovaChilli signs it", () => {
  const parameters = [
    ["res", "notyet"],
    ["uamip", "10.10.0.1"],
    ["uamport", "3990"],
  ] as const;
  const url = signRedirect("http://10.99.0.2:8080/portal", parameters, secret);
  const [signed = "", md = ""] = url.split("&md=");
  expect(signed).toBe("http://10.99.0.2:8080/portal?res=notyet&uamip=10.10.0.1&uamport=3990");
  expect(md).toMatch(/^[0-9A-F]{32}$/);
  expect(signRedirect("http://10.99.0.2:8080/portal?a=b", parameters, secret)).toContain(
    "?a=b&res=",
  );
  expect(signRedirect("http://10.99.0.2:8080/portal", parameters, "other")).not.toBe(url);
});

test("the key of a hand-back is the one CoovaChilli tells RADIUS", () => {
  expect(challengeKey(challenge, secret).toString("hex")).toBe("cef7344e1ea61a5e276b314f9fa1b679");
});

test("a hidden password is revealed", () => {
  const key = challengeKey(challenge, secret);
  expect(revealPassword("a18344632a9f2866165c", key).toString()).toBe("otp-492817");
});

test("CHAP goes before PAP, and what cannot be read is refused", () => {
  const read = (query: string) => readCredentials(new URLSearchParams(query), challenge, secret);
  const response = "14f4a7aff7802b5e37f2a8d94ae7d216";
  const chap = read(`username=a&response=${response}`);
  expect(chap.kind === "chap" && chap.answer.toString("hex")).toBe(`00${response}`);
  expect(read("username=a&password=a18344632a9f2866165c").kind).toBe("pap");
  for (const bad of ["response=aa", `response=${response}`, "username=a", "username=a&password=zz"])
    expect(read(bad).kind, bad).toBe("faulty");
});
