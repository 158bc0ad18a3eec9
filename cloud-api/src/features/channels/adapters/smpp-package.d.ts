/** What of the package smpp is used here; it has no types of its own. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";

  export type Pdu = {
    command: string;
    command_status: number;
    sequence_number: number;
    message_id?: string;
    response: (fields?: object) => Pdu;
    [field: string]: unknown;
  };
  export class Session extends EventEmitter {
    bind_transceiver(fields: object, answered: (pdu: Pdu) => void): boolean;
    submit_sm(fields: object, answered: (pdu: Pdu) => void): boolean;
    unbind(answered?: (pdu: Pdu) => void): boolean;
    send(pdu: Pdu): boolean;
    close(): void;
    destroy(): void;
  }
  export function connect(options: object): Session;
  export function createServer(listener: (session: Session) => void): import("node:net").Server;
}
