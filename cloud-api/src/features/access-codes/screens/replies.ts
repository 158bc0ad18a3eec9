import type {
  BatchCodesReply,
  BatchListReply as ListReply,
  NewBatchBody,
  BatchReply as Reply,
} from "../schema.ts";

/** GET /api/v1/access-code-batches */
export type BatchListReply = ListReply;

/** A batch, and how far its codes are used. */
export type Batch = Reply;

/** A batch with its codes, as GET /api/v1/access-code-batches/:id answers. */
export type BatchWithCodes = BatchCodesReply;

export type NewBatch = NewBatchBody;
