import { randomBytes } from "node:crypto";
import { generateSecret, generateURI, verifySync } from "otplib";
import { toString as drawQrCode } from "qrcode";
import { hashToken } from "../../platform/session.ts";

export const RECOVERY_CODES = 10;
/** A phone's clock may be one step off, either way (RFC 6238 §5.2). */
const TOLERANCE_SECONDS = 30;

export type TotpOffer = { secret: string; otpauthUrl: string; qrSvg: string };

/** A new secret, and the picture an authenticator app reads it from. */
export async function makeTotpOffer(email: string): Promise<TotpOffer> {
  const secret = generateSecret();
  const otpauthUrl = generateURI({ issuer: "Foyer", label: email, secret });
  return { secret, otpauthUrl, qrSvg: await drawQrCode(otpauthUrl, { type: "svg", margin: 1 }) };
}

/** The time step a code belongs to, or null when it is wrong. */
export function findTotpStep(secret: string, code: string, now: Date): number | null {
  const epoch = Math.floor(now.getTime() / 1000);
  const verdict = verifySync({ secret, token: code, epoch, epochTolerance: TOLERANCE_SECONDS });
  return verdict.valid && "timeStep" in verdict ? verdict.timeStep : null;
}

/** Codes for the day the phone is lost; 80 random bits each, in RFC 4648 base 32. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = [...randomBytes(16)].map(
      (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte & 31],
    );
    return letters.join("").replace(/(.{4})(?=.)/g, "$1-");
  });
}

/** `code` is one that `readSecondFactor` read, without dashes. */
export function hashRecoveryCode(code: string): Buffer {
  return hashToken(code);
}
