import { BOX_USER, run } from "./host.ts";
import { idsOf } from "./install.ts";

/**
 * Does a part of a command of root's as the box's own user: what it makes in the state folder has to be
 * that user's, and root's rights are not needed for it.
 */
export async function asBoxUser<T>(work: () => Promise<T>): Promise<T> {
  const { uid, gid } = idsOf(BOX_USER);
  // Among them the group that may use the TPM.
  process.setgroups?.(run("id", "-G", BOX_USER).trim().split(" ").map(Number));
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.([0]);
  }
}
