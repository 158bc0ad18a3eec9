import type { TroubleCode } from "./schema.ts";

const DETAIL_CHARACTERS_MAX = 300;

/** Why a certificate could not be had: the code for staff, the detail for whoever runs the cloud. */
export class Trouble extends Error {
  override name = "Trouble";
  readonly code: TroubleCode;
  /** When the authority takes the next call, as it said (RFC 9110 §10.2.3); null: it said nothing. */
  readonly retryAfter: string | null;

  constructor(code: TroubleCode, detail: string, retryAfter: string | null = null) {
    super(detail.slice(0, DETAIL_CHARACTERS_MAX));
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
