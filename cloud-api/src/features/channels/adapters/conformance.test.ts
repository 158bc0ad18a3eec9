import { describe, expect, test } from "vitest";
import {
  type Behaviour,
  openEsms,
  openGatewayProvider,
  openMailServer,
  openSmsCentre,
  openSpeedsms,
  openTwilio,
  openZalo,
  type Provider,
} from "../../../../test/providers.ts";
import { openOutbound } from "../../../platform/outbound.ts";
import { KINDS, SENDER_KINDS, type SenderKind } from "../rules.ts";
import type { Outgoing, Sending, Tools } from "./adapter.ts";
import { ADAPTERS } from "./index.ts";

const PROVIDERS: Record<SenderKind, () => Promise<Provider>> = {
  "http-gateway": openGatewayProvider,
  smtp: openMailServer,
  smpp: openSmsCentre,
  esms: openEsms,
  speedsms: openSpeedsms,
  twilio: openTwilio,
  zalo: openZalo,
};

const REFERENCE = "01990000-0000-7000-8000-00000000abcd";
const CODE = "493027";
const TIMEOUT_MILLISECONDS = 400;

function messageFor(kind: SenderKind): Outgoing {
  const isEmail = KINDS[kind].carries.includes("email");
  const contact = isEmail
    ? ({ kind: "email", value: "lan@example.test" } as const)
    : ({ kind: "phone", value: "+84912345678" } as const);
  const text = `${CODE} is your "Wi-Fi" code & no more`;
  const common = { language: "en", branchName: "Lakeside", reference: REFERENCE } as const;
  return { contact, code: CODE, text, subject: `${CODE} is your code`, ...common };
}

type Options = { timeoutMilliseconds?: number; allowPrivate?: boolean };

function send(
  kind: SenderKind,
  configured: Provider["configured"],
  { timeoutMilliseconds = 5000, allowPrivate = true }: Options = {},
): Promise<Sending> {
  const tokens: Tools["tokens"] = {
    find: async (spent) =>
      spent === null
        ? { kind: "token", accessToken: "access-1" }
        : {
            kind: "none",
            sending: { kind: "rejected", reason: "auth", detail: "sign in again" },
          },
  };
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const outbound = openOutbound({ allowPrivate });
  return ADAPTERS[kind](configured, messageFor(kind), { outbound, tokens, signal });
}

async function sendTo(kind: SenderKind, behaviour: Behaviour, options: Options = {}) {
  const provider = await PROVIDERS[kind]();
  provider.behave(behaviour);
  return { sending: await send(kind, provider.configured, options), provider };
}

describe.each(SENDER_KINDS)("%s", (kind) => {
  test("hands the message over as the provider documents it, once", async () => {
    const { sending, provider } = await sendTo(kind, "takes");
    expect(sending).toEqual({ kind: "accepted", providerId: expect.any(String) });
    const { contact, text, code } = messageFor(kind);
    expect(provider.taken).toHaveLength(1);
    expect(provider.taken[0]?.to).toBe(contact.value);
    expect(provider.taken[0]?.text).toContain(kind === "zalo" ? code : text);
    expect([REFERENCE, ""]).toContain(provider.taken[0]?.reference);
  });

  test("is accepted where the provider gives no id, too", async () => {
    const { sending } = await sendTo(kind, "takes silently");
    expect(sending.kind).toBe("accepted");
  });

  test("a recipient that the provider refuses is rejected, and the detail names nobody", async () => {
    const { sending } = await sendTo(kind, "bad recipient");
    expect(sending.kind).toBe("rejected");
    expect(JSON.stringify(sending)).not.toMatch(/912345678|example\.test|493027/);
  });

  test("a key that the provider refuses is rejected as such", async () => {
    const { sending } = await sendTo(kind, "bad key");
    expect(sending).toMatchObject({ kind: "rejected", reason: "auth" });
  });

  test("a provider that asks for patience is asked again later", async () => {
    const { sending, provider } = await sendTo(kind, "busy");
    expect(sending).toMatchObject({ kind: "retry", afterSeconds: expect.any(Number) });
    expect(provider.taken).toEqual([]);
  });

  test("a provider that takes the message and never answers leaves it unknown", async () => {
    const options = { timeoutMilliseconds: TIMEOUT_MILLISECONDS };
    const { sending, provider } = await sendTo(kind, "hangs", options);
    expect(sending.kind).toBe("unknown");
    expect(provider.calls()).toBe(1);
  });

  test.each(["breaks off", "malformed", "internal error"] as const)(
    "a provider that takes the message and %s leaves it unknown, and it is not sent again",
    async (behaviour) => {
      const options = { timeoutMilliseconds: 1500 };
      const { sending, provider } = await sendTo(kind, behaviour, options);
      // A gateway's own words of success say what is none; the others' answers have to be read.
      const isJudged = kind === "http-gateway" && behaviour === "malformed";
      expect(sending.kind).toBe(isJudged ? "rejected" : "unknown");
      expect(provider.calls()).toBe(1);
    },
  );

  test("a provider that is not there has taken nothing: it is asked again", async () => {
    const { configured } = await PROVIDERS[kind]();
    const sending = await send(kind, withPort(configured, "9"));
    expect(sending).toMatchObject({ kind: "retry", reason: "transient" });
  });

  test("an address of a private network is refused, and nobody there is called", async () => {
    const { sending, provider } = await sendTo(kind, "takes", { allowPrivate: false });
    expect(sending).toMatchObject({ kind: "rejected", reason: "content" });
    expect(provider.calls()).toBe(0);
  });

  test("has a field for everything it reads, and asks for nothing more", async () => {
    const { configured } = await PROVIDERS[kind]();
    const names = KINDS[kind].fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(configured)));
    for (const { name, isRequired } of KINDS[kind].fields)
      if (isRequired) expect(configured, name).toHaveProperty(name);
  });
});

/** The discard port of this machine, where nobody listens. */
function withPort(configured: Provider["configured"], port: string): Provider["configured"] {
  return Object.fromEntries(
    Object.entries(configured).map(([name, value]) => [
      name,
      name === "port" ? port : value.replace(/(127\.0\.0\.1):\d+/, `$1:${port}`),
    ]),
  );
}
