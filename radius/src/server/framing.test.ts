import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFramer } from "./framing.ts";

const packet = (length: number, fill = 1) => {
  const bytes = Buffer.alloc(length, fill);
  bytes.writeUInt16BE(length, 2);
  return bytes;
};

describe("RFC 6613 §2.6.4: a stream is cut by the packets' own length", () => {
  test("wherever the network has cut it", () => {
    const lengths = fc.array(fc.integer({ min: 20, max: 4096 }), { minLength: 1, maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(lengths, cuts, (wanted, sizes) => {
        const packets = wanted.map((length, at) => packet(length, at));
        const stream = Buffer.concat(packets);
        const framer = createFramer();
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          const { packets: whole, isBroken } = framer.push(stream.subarray(at, at + size));
          expect(isBroken).toBe(false);
          found.push(...whole);
          at += size;
        }
        expect(found).toEqual(packets);
      }),
    );
  });

  test.each([0, 19, 4097, 65_535])("the length %i ends it, after what was whole", (length) => {
    const bad = Buffer.alloc(4);
    bad.writeUInt16BE(length, 2);
    const framer = createFramer();
    const pushed = framer.push(Buffer.concat([packet(20), bad, packet(20)]));
    expect(pushed).toEqual({ packets: [packet(20)], isBroken: true });
    expect(framer.push(packet(20))).toEqual({ packets: [], isBroken: true });
  });
});
