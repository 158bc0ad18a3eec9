import type { FileReply } from "../schema.ts";
import type { FileShelf, KeptFault, KeptFile } from "./kept-files.ts";
import { judge, type Telling } from "./tell-answers.ts";

type Said = { fault: KeptFault | null };

type Desk = {
  shelf: FileShelf;
  /** Who is at the desk, and for whom. */
  companyId: string;
  staffId: string;
  /** Whether the cloud has the answer that a file belongs to. */
  isDue: (file: KeptFile) => boolean;
  send: (file: KeptFile) => Promise<FileReply>;
  /** By file, what the cloud said and the device had no room to note: kept from one telling to the next. */
  unnoted: Map<string, Said>;
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

async function tellFile(desk: Desk, file: KeptFile): Promise<Telling> {
  const { shelf, unnoted } = desk;
  const { fileId } = file;
  const said = unnoted.get(fileId) ?? (await ask(desk, file));
  if (said === "early") return "told";
  if (typeof said === "string") return said;
  unnoted.set(fileId, said);
  try {
    if (said.fault === null) await shelf.drop(fileId);
    else await shelf.mark(fileId, said.fault);
    unnoted.delete(fileId);
  } catch (error) {
    // A full device: it is tried again with the next telling, holds up no other and is not sent for it.
    if (!(error instanceof DOMException)) throw error;
  }
  return "told";
}

/** `early`: another tab was just about to keep its answer, which the cloud could not know yet. */
async function ask(
  { send, isDue }: Desk,
  file: KeptFile,
): Promise<Said | Exclude<Telling, "told"> | "early"> {
  try {
    return await send(file);
  } catch (error) {
    const outcome = judge(error);
    if (outcome !== "refused") return outcome;
    return isDue(file) ? { fault: "gone" } : "early";
  }
}
