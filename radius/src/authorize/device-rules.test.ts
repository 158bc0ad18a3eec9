import { applySettings, findDeviceByMac } from "@foyer/branch-store";
import type { DeviceRule } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import { MAC, OTHER_MAC, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { serviceTypes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";

const rule = (some: Partial<DeviceRule> = {}): DeviceRule => ({
  ...{ id: "0199f000-0000-7000-8000-0000000000aa", mac: MAC, kind: "block" },
  ...{ policyId: null, until: null, ...some },
});

async function boxWith(deviceRules: DeviceRule[]) {
  const settings = sampleSettings((each) => {
    each.deviceRules = deviceRules;
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const send = async (options: Parameters<typeof nas.pap>[0]) => {
    const reply = await nas.exchange(box.authPort, nas.pap(options));
    if (!reply) return "silence";
    return findValue(reply, "Reply-Message") ?? "let in";
  };
  const askAbout = (mac: string) => send({ userName: mac, password: mac, mac });
  const change = async (rules: DeviceRule[]) => {
    settings.deviceRules = rules;
    settings.version += 1;
    box.store.transaction((tx) => applySettings(tx, settings));
    await box.catchUp();
  };
  return { box, send, askAbout, change };
}

describe("a device that staff block", () => {
  test("is turned away with the right ticket, which is not spent, and let in once the rule is gone", async () => {
    const { box, send, change } = await boxWith([rule()]);
    const { username, password } = box.issueTicketFor();
    const logIn = () => send({ userName: username, password, mac: MAC });
    expect(await logIn()).toBe("blocked");
    await change([]);
    expect(await logIn()).toBe("let in");
  });

  test("is turned away by its MAC though its guest is known and remembered", async () => {
    const { box, askAbout, change } = await boxWith([]);
    box.issueTicketFor();
    expect(await askAbout(MAC)).toBe("let in");
    await change([rule()]);
    expect(await askAbout(MAC)).toBe("blocked");
  });

  test("is not told of, where it is asked about, to whoever does not know the NAS's secret", async () => {
    const { send } = await boxWith([rule()]);
    const more = [attribute("Service-Type", serviceTypes.callCheck)];
    const forged = { userName: MAC, password: "x", mac: MAC, isSigned: false, more };
    expect(await send(forged)).toBe("not-signed");
  });

  test("may come in again when its time is over", async () => {
    const until = "2026-03-01T02:10:00Z";
    const { box, askAbout } = await boxWith([rule({ until })]);
    box.issueTicketFor();
    expect(await askAbout(MAC)).toBe("blocked");
    box.advance(601);
    expect(await askAbout(MAC)).toBe("let in");
  });
});

describe("a device that staff allow", () => {
  test("comes in by itself though nobody knows it, and stays nobody's", async () => {
    const { box, askAbout } = await boxWith([rule({ kind: "allow" })]);
    expect(await askAbout(MAC)).toBe("let in");
    expect(await askAbout(OTHER_MAC)).toBe("unknown-device");
    await vi.waitFor(() => {
      const device = box.store.read((tx) => findDeviceByMac(tx, MAC));
      expect(device).toMatchObject({ guestId: null });
    }, 20_000);
    expect(box.listEvents("guest.connected")).toEqual([]);
  });

  test("is held to the policy that staff chose for it", async () => {
    const till = "01990000-0000-7000-8000-000000000099";
    const settings = sampleSettings((each) => {
      const [first] = each.policies;
      if (!first) throw new Error("the sample has no policy");
      const closed = { ...first, id: till, name: "Till", validUntil: "2020-01-01T00:00:00Z" };
      each.policies = [first, closed];
      each.deviceRules = [rule({ kind: "allow", policyId: till })];
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    const request = nas.pap({ userName: MAC, password: MAC, mac: MAC });
    const reply = await nas.exchange(box.authPort, request);
    expect(reply && findValue(reply, "Reply-Message")).toBe("policy-ended");
  });
});
