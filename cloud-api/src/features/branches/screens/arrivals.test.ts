import { readBranchSettings } from "@foyer/contract";
import golden from "@foyer/contract/fixtures/settings/branch-settings.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { readArrivals } from "./arrivals.ts";
import { addArrivals, endStay, findState, type Stay, searchStays, sortStays } from "./stays.ts";

const HERE = { timeZone: "Asia/Ho_Chi_Minh", today: "2026-11-26" };
const LAN = {
  ...{ room: "101", name: "Nguyễn" },
  ...{ validFrom: "2026-11-26T07:00:00.000Z", validUntil: "2026-11-28T05:00:00.000Z" },
};

describe("a day's arrivals", () => {
  test("are read from a table's lines, at the usual hours on the branch's clock", () => {
    const { stays, faults } = readArrivals("101\tNguyễn\t26/11/2026\t28/11/2026\r\n", HERE);
    expect(faults).toEqual([]);
    expect(stays).toEqual([LAN]);
    const read = readBranchSettings({ ...golden, roomStays: stays });
    expect(read.kind).toBe("settings");
  });

  test("without an arrival come today, and may say a time", () => {
    const { stays } = readArrivals("101;Nguyễn;28/11\n102;Smith;2026-11-27 18:30", HERE);
    expect(stays).toEqual([
      LAN,
      {
        ...{ room: "102", name: "Smith", validFrom: "2026-11-26T07:00:00.000Z" },
        validUntil: "2026-11-27T11:30:00.000Z",
      },
    ]);
  });

  test("may name their columns in either language, in any order, among others", () => {
    const vi =
      'Tên khách,Ghi chú,Phòng,Ngày đi,Ngày đến\nNguyễn,"sớm, nếu được",101,28/11/2026,26/11/2026';
    const en = "Guest name,Room no.,Check-in,Check-out\nNguyễn,101,2026-11-26,2026-11-28";
    for (const text of [vi, en])
      expect(readArrivals(text, HERE)).toEqual({ stays: [LAN], faults: [] });
  });

  test("say of each line that cannot be read which it is and why", () => {
    const lines = ["101,Nguyễn,26/11/2026,28/11/2026", "101,Nguyễn", ",Lan,26/11,28/11"];
    lines.push("101,!!,26/11,28/11", "101,Lan,31/02,28/11", "101,Lan,26/11,soon");
    lines.push("", "101,Lan,28/11,26/11");
    const { stays, faults } = readArrivals(lines.join("\n"), HERE);
    expect(stays).toEqual([LAN]);
    expect(faults).toEqual([
      { line: 2, fault: "columns" },
      { line: 3, fault: "room" },
      { line: 4, fault: "name" },
      { line: 5, fault: "from" },
      { line: 6, fault: "until" },
      { line: 8, fault: "order" },
    ]);
  });
});

describe("stays", () => {
  const now = new Date("2026-11-26T08:00:00Z");

  test("that are taken in twice are there once, and later check-outs change them", () => {
    const once = addArrivals([], [LAN]);
    expect(once).toMatchObject({ stays: [LAN], added: 1, changed: 0, known: 0 });
    expect(addArrivals(once.stays, [LAN])).toMatchObject({ stays: [LAN], added: 0, known: 1 });
    const longer = { ...LAN, name: "NGUYEN", validUntil: "2026-11-30T05:00:00.000Z" };
    expect(addArrivals(once.stays, [longer])).toMatchObject({ stays: [longer], changed: 1 });
    const again = { ...LAN, validFrom: LAN.validUntil, validUntil: "2026-12-01T05:00:00.000Z" };
    expect(addArrivals(once.stays, [again])).toMatchObject({ stays: [LAN, again], added: 1 });
  });

  test("that are ended are over at once, and those to come are not there any more", () => {
    expect(findState(LAN, now)).toBe("here");
    const [ended] = endStay([LAN], LAN, now) as [Stay];
    expect(findState(ended, now)).toBe("over");
    const coming = { ...LAN, validFrom: "2026-11-27T07:00:00.000Z" };
    expect(findState(coming, now)).toBe("coming");
    expect(endStay([LAN, coming], coming, now)).toEqual([LAN]);
  });

  test("stand in the order people count rooms, and are found by room or name without accents", () => {
    const stays = ["12", "101", "9"].map((room) => ({ ...LAN, room }));
    expect(sortStays(stays, "vi").map(({ room }) => room)).toEqual(["9", "12", "101"]);
    expect(searchStays(stays, "nguyen")).toHaveLength(3);
    expect(searchStays(stays, "10")).toHaveLength(1);
  });
});
