import type { FileReply } from "../schema.ts";
import type { FileShelf, KeptFile } from "./kept-files.ts";
import { judge, type Telling } from "./tell-answers.ts";

type Desk = {
  shelf: FileShelf;
  /** Who is at the desk, and for whom. */
  companyId: string;
  staffId: string;
  /** Whether the cloud has the answer that a file belongs to. */
  isDue: (file: KeptFile) => boolean;
  send: (file: KeptFile) => Promise<FileReply>;
  /** Something of what waits has changed. */
  look: () => Promise<void>;
};

/**
 * Sends the files of answers that the cloud has, the oldest first. A file goes from the device once the
 * cloud has said that it has it: until then it is sent again, which the cloud keeps once.
 */
export async function tellFiles(desk: Desk): Promise<Telling> {
  const { shelf, companyId, staffId, isDue, look } = desk;
  for (const file of await shelf.list()) {
    const isOwn = file.companyId === companyId && file.staffId === staffId;
    if (!isOwn || file.fault !== null || !isDue(file)) continue;
    const outcome = await tellFile(desk, file);
    await look();
    if (outcome !== "told") return outcome;
  }
  return "told";
}

async function tellFile({ shelf, send, isDue }: Desk, file: KeptFile): Promise<Telling> {
  try {
    const { fault } = await send(file);
    if (fault === null) await shelf.drop(file.fileId);
    else await shelf.mark(file.fileId, fault);
  } catch (error) {
    const outcome = judge(error);
    if (outcome !== "refused") return outcome;
    // Of an answer that another tab was just about to keep the cloud could not know yet.
    if (isDue(file)) await shelf.mark(file.fileId, "gone");
  }
  return "told";
}
