import { openBranchStore } from "../src/index.ts";
import { sampleBox } from "./sample-box.ts";

// Says that it begins, and opens the store of a folder. argv: the folder.
const [folder = ""] = process.argv.slice(2);
process.stdout.write("begins\n");
openBranchStore({ folder, identity: sampleBox(), clock: () => new Date() }).close();
