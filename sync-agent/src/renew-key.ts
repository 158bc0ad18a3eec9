import { proveKey } from "@foyer/contract";
import type { Logger } from "pino";
import { findKeyBefore, keepNextKey, promoteNextKey, readBoxKey, readKeyFile } from "./box-key.ts";
import type { Cloud } from "./cloud.ts";
import type { CloudAnswer } from "./cloud-answer.ts";

export type KeyRenewal = {
  /**
   * The cloud, or staff, ask for a younger key. While one is on its way nothing else happens. What came of
   * it: null where this box's disk did not take it.
   */
  renew: () => Promise<CloudAnswer<null> | null>;
  /**
   * The cloud does not know the present key. True where it knew the one before and has the present one
   * from that now: it was put back to a time before it heard of it.
   */
  recover: () => Promise<boolean>;
  /** Breaks off what goes by the key before, and waits for the rest. */
  close: () => Promise<void>;
};

type RenewalOptions = {
  /** Where the key lies. */
  folder: string;
  boxId: string;
  cloud: () => Cloud;
  /** A way of its own to the cloud, under another key. */
  openCloud: (boxKey: string) => Cloud;
  logger: Logger;
};

/** A box that was removed is refused under the key before, too: it asks no more often than this. */
const RECOVERY_MILLISECONDS = 60_000;

/**
 * Changes the box's key: written down, told to the cloud under the old one, and used once the cloud has
 * it. Whatever is killed in between, one of the two keys in the folder is good, and it is known which.
 */
export function openKeyRenewal(options: RenewalOptions): KeyRenewal {
  const { folder, boxId, cloud, logger } = options;
  let underWay: Promise<CloudAnswer<null> | null> | null = null;
  const recovery = openRecovery(options);

  async function change(): Promise<CloudAnswer<null>> {
    const text = keepNextKey(folder);
    const key = readBoxKey(text);
    if (!key) throw new Error(`${folder} gave back another key than was written.`);
    const proof = proveKey({ kind: "next-key", boxId }, key.privateKey);
    const answer = await cloud().addNextKey({ publicKey: key.publicKey, proof });
    // Not told, or nobody knows: the old key is good, and the cloud will ask again.
    if (answer.kind !== "answered") return answer;
    promoteNextKey(folder, text);
    cloud().useKey(text);
    logger.info({ boxId, keyId: key.keyId }, "the box has a new key");
    return answer;
  }

  return {
    renew: () => {
      underWay ??= change()
        .catch((error: unknown) => {
          // node:fs has a code for what the disk refuses; anything else is a bug of ours.
          const code = error instanceof Error && "code" in error ? error.code : null;
          if (typeof code !== "string" || !code.startsWith("E")) throw error;
          logger.error({ code }, "the box's new key was not written: look at the disk of this box");
          return null;
        })
        .finally(() => {
          underWay = null;
        });
      return underWay;
    },
    recover: recovery.recover,
    close: async () => {
      await recovery.close();
      await underWay;
    },
  };
}

/** Tells the cloud the present key once more, under the one before: see `recover`. */
function openRecovery({ folder, boxId, openCloud, logger }: RenewalOptions) {
  let underWay: Promise<boolean> | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let way: Cloud | null = null;
  let isClosed = false;

  async function tellAgain(): Promise<boolean> {
    const before = findKeyBefore(folder);
    const key = readBoxKey(readKeyFile(folder) ?? "");
    if (before === null || !key) return false;
    way = openCloud(before);
    try {
      const proof = proveKey({ kind: "next-key", boxId }, key.privateKey);
      const answer = await way.addNextKey({ publicKey: key.publicKey, proof });
      if (answer.kind !== "answered") return false;
    } finally {
      await way.close();
      way = null;
    }
    logger.warn(
      { boxId, keyId: key.keyId },
      "the cloud knew only the key before, as one that was restored does: it has the present one again",
    );
    return true;
  }

  return {
    recover: async (): Promise<boolean> => {
      if (underWay) return await underWay;
      if (isClosed || performance.now() - triedAt < RECOVERY_MILLISECONDS) return false;
      triedAt = performance.now();
      underWay = tellAgain().finally(() => {
        underWay = null;
      });
      return await underWay;
    },
    close: async () => {
      isClosed = true;
      await way?.close();
      await underWay?.catch(() => false);
    },
  };
}
