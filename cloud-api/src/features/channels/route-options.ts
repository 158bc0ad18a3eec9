import { ErrorReply } from "../../platform/errors.ts";

export const TAG = {
  name: "channels",
  description: "By what codes are sent, and what became of them",
};
export const READ = { access: { permission: "senders.read" } };
export const EDIT = { access: { permission: "senders.edit" } };
export const refusals = { "4xx": ErrorReply };
