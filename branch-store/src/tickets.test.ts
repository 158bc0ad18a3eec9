import { describe, expect, test } from "vitest";
import {
  MAC,
  NAS,
  OTHER_MAC,
  openTestStore,
  PHONE,
  POLICY,
  signIn,
  type TestStore,
} from "../test/store.ts";
import {
  findKnownGuestOfDevice,
  findTicket,
  issueTicket,
  keepTicketUse,
  startSession,
  type Ticket,
  useTicket,
  wasOnlineSince,
} from "./index.ts";

describe("tickets", () => {
  const issue = (store: TestStore, options: { proved?: boolean } = {}) => {
    const { guest, device } = signIn(store, options);
    const ticket = store.transaction((tx) =>
      issueTicket(tx, {
        nasId: NAS,
        deviceId: device.id,
        guestId: guest.id,
        mac: MAC,
        method: "phone-code",
        policyId: POLICY,
      }),
    );
    const use = (change: object = {}) =>
      store.transaction((tx) =>
        useTicket(tx, {
          username: ticket.username,
          nasId: NAS,
          mac: MAC,
          requestKey: "1",
          ...change,
        }),
      );
    return { ticket, use, device, guest };
  };

  test("is used once; the same NAS and MAC hear the same for 30 seconds, and then no more", () => {
    const store = openTestStore();
    const { use } = issue(store);
    expect(use().kind).toBe("used");
    store.advance(30);
    expect(use().kind).toBe("repeated");
    store.advance(1);
    expect(use()).toEqual({ kind: "refused", reason: "used" });
  });

  test("says whether a device has gone online at its NAS since a moment, by a ticket or in a session", () => {
    const store = openTestStore();
    const { use } = issue(store);
    const begun = store.read((tx) => tx.now);
    const wasOnline = (change: object = {}) =>
      store.read((tx) => wasOnlineSince(tx, { nasId: NAS, mac: MAC, since: begun, ...change }));
    store.advance(5);
    expect(wasOnline()).toBe(false);
    use();
    expect(wasOnline()).toBe(true);
    expect(wasOnline({ mac: OTHER_MAC })).toBe(false);
    expect(wasOnline({ nasId: POLICY })).toBe(false);
    expect(wasOnline({ since: new Date(begun.getTime() + 6000) })).toBe(false);
    store.transaction((tx) =>
      startSession(tx, { nasId: NAS, acctSessionId: "1", mac: OTHER_MAC, at: tx.now }),
    );
    expect(wasOnline({ mac: OTHER_MAC })).toBe(true);
  });

  test.each([
    [{ mac: OTHER_MAC }, "other-device"],
    [{ nasId: POLICY }, "other-nas"],
    [{ username: "nobody" }, "unknown"],
  ])("is refused to others, before its use and after: %j", (change, reason) => {
    const store = openTestStore();
    const { use } = issue(store);
    expect(use(change)).toEqual({ kind: "refused", reason });
    expect(use().kind).toBe("used");
    expect(use(change)).toEqual({ kind: "refused", reason });
  });

  test("lives two minutes, and not again when the clock jumps back", () => {
    const store = openTestStore();
    const { use } = issue(store);
    store.advance(121);
    expect(use()).toEqual({ kind: "refused", reason: "expired" });
    store.advance(-3600);
    expect(use()).toEqual({ kind: "refused", reason: "expired" });
  });

  test("is good where the clock of who judges is held some milliseconds behind, and used then answered alike", () => {
    const store = openTestStore();
    const { use } = issue(store);
    store.advance(-0.005);
    expect(use().kind).toBe("used");
    store.advance(-0.005);
    expect(use().kind).toBe("repeated");
    store.advance(-0.05);
    expect(use()).toEqual({ kind: "refused", reason: "used" });
    const other = issue(store);
    store.advance(-0.051);
    expect(other.use()).toEqual({ kind: "refused", reason: "expired" });
  });

  test("its use links a device that had not been proved, since the NAS names its MAC", () => {
    const store = openTestStore();
    const { use, device, guest } = issue(store, { proved: false });
    const owner = () => store.read((tx) => findKnownGuestOfDevice(tx, device.id)?.id);
    expect(owner()).toBeUndefined();
    use();
    expect(owner()).toBe(guest.id);
  });

  test("is found where it lies by the time its use is kept, and no other in its old place is touched", () => {
    const store = openTestStore();
    const [moved, other] = [issue(store).ticket, issue(store).ticket];
    const keep = (row: number) =>
      store.transaction((tx) => keepTicketUse(tx, { ...moved, row, requestKey: "1" }));
    const useOf = ({ username }: Ticket) =>
      store.read((tx) => findTicket(tx, username)?.usedAt?.getTime());
    keep(other.row);
    const usedAt = useOf(moved);
    expect(usedAt).toBeTypeOf("number");
    store.advance(5);
    for (const row of [moved.row, other.row]) keep(row);
    expect(useOf(moved)).toBe(usedAt);
    expect(store.read((tx) => findTicket(tx, other.username)?.usedAt)).toBeNull();
  });

  test("says nothing of the guest to the NAS, and nothing that can be guessed", () => {
    const store = openTestStore();
    const { ticket, guest } = issue(store);
    expect(ticket.username).not.toContain(PHONE.slice(3));
    expect(ticket.username).not.toBe(guest.id);
    expect(ticket.password.length).toBeGreaterThanOrEqual(22);
    expect(store.read((tx) => findTicket(tx, ticket.username)?.usedAt)).toBeNull();
  });
});
