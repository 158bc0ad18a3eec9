import type { TroubleCode } from "./schema.ts";

const DETAIL_CHARACTERS_MAX = 300;

/** Why a certificate could not be had: the code for staff, the detail for whoever runs the cloud. */
export class Trouble extends Error {
  override name = "Trouble";
  readonly code: TroubleCode;

  constructor(code: TroubleCode, detail: string) {
    super(detail.slice(0, DETAIL_CHARACTERS_MAX));
    this.code = code;
  }
}
