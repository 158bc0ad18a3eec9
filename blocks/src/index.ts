export type { Block, BlockContext, ReadFields } from "./block.ts";
export { chooseText } from "./local-text.ts";
export { type BlockFault, listBlockFaults, type RenderedBlocks, renderBlocks } from "./render.ts";
