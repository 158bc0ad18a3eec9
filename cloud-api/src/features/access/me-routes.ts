import type { FastifyRequest } from "fastify";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { staffOf } from "../../platform/session.ts";
import { isPasswordRight } from "./passwords.ts";
import { deleteOtherSignIns, getStaff, updateStaff } from "./queries.ts";
import { TAG, tokenOf } from "./routes.ts";
import { readSecondFactor } from "./rules.ts";
import {
  MeBody,
  RecoveryCodesReply,
  Session,
  TotpConfirmBody,
  TotpConfirmReply,
  TotpDisableBody,
  TotpReply,
} from "./schema.ts";
import { countTry, describeSession } from "./sign-in.ts";
import { tellOwner } from "./tell-owner.ts";
import { findTotpStep, hashRecoveryCode, makeRecoveryCodes, makeTotpOffer } from "./totp.ts";
import {
  countRecoveryCodes,
  disableTotp,
  enableTotp,
  offerTotp,
  renewRecoveryCodes,
} from "./totp-queries.ts";

const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };

/** What people change about their own account. */
export function registerMe(routes: Routes, context: Context): void {
  routes.patch(
    "/api/v1/me",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Change one's name or language",
        body: MeBody,
        response: { 200: Session, ...refusals },
      },
    },
    (request) =>
      context.database.inDirectory(async (tx) => {
        const signIn = staffOf(request);
        const { name, language } = request.body;
        await updateStaff(tx, signIn.staffId, { name: name?.trim(), language });
        return describeSession(tx, signIn, context);
      }),
  );
  registerTotp(routes, context);
  registerRecoveryCodes(routes, context);
}

function registerTotp(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/me/totp",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Begin a second factor: a secret for an authenticator app",
        response: { 200: TotpReply, ...refusals },
      },
    },
    async (request) => {
      const { staffId } = staffOf(request);
      const staff = await database.inDirectory((tx) => getStaff(tx, staffId));
      if (staff.totpSecret !== null)
        throw refuse("conflict", "A second factor is on already. Switch it off first.");
      const offer = await makeTotpOffer(staff.email);
      await database.inDirectory((tx) => offerTotp(tx, staffId, offer.secret));
      return offer;
    },
  );
  routes.post(
    "/api/v1/me/totp/confirm",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Switch the second factor on, with a first code of the app",
        body: TotpConfirmBody,
        response: { 200: TotpConfirmReply, ...refusals },
      },
    },
    async (request) => ({
      recoveryCodes: await confirmTotp(context, request, request.body.code),
    }),
  );
  routes.post(
    "/api/v1/me/totp/disable",
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "Switch the second factor off, with the password",
        body: TotpDisableBody,
        response: { 200: Session, ...refusals },
      },
    },
    async (request) => {
      const signIn = staffOf(request);
      const staff = await checkPassword(context, request, request.body.password);
      return database.inDirectory(async (tx) => {
        await disableTotp(tx, signIn.staffId);
        await deleteOtherSignIns(tx, signIn.staffId, tokenOf(request));
        await tellOwner(tx, context, { kind: "totp-off", staff, request });
        return describeSession(tx, signIn, context);
      });
    },
  );
}

function registerRecoveryCodes(routes: Routes, context: Context): void {
  const { database } = context;
  const path = "/api/v1/me/recovery-codes";
  routes.get(
    path,
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "How many recovery codes are not used yet",
        response: { 200: RecoveryCodesReply, ...refusals },
      },
    },
    (request) =>
      database.inDirectory(async (tx) => ({
        left: await countRecoveryCodes(tx, staffOf(request).staffId),
      })),
  );
  routes.post(
    path,
    {
      config: { access: "staff" },
      schema: {
        tags,
        summary: "New recovery codes in place of those there are, with the password",
        body: TotpDisableBody,
        response: { 200: TotpConfirmReply, ...refusals },
      },
    },
    async (request) => {
      const staff = await checkPassword(context, request, request.body.password);
      const { codes, codeHashes } = makeHashedCodes();
      await database.inDirectory(async (tx) => {
        if (!(await renewRecoveryCodes(tx, { staffId: staff.id, codeHashes })))
          throw refuse("conflict", "There is no second factor. Set it up first.");
        await tellOwner(tx, context, { kind: "recovery-codes", staff, request });
      });
      return { recoveryCodes: codes };
    },
  );
}

/** Throws unless it is the password of whoever is signed in. */
async function checkPassword(context: Context, request: FastifyRequest, password: string) {
  const { staffId } = staffOf(request);
  const staff = await context.database.inDirectory((tx) => getStaff(tx, staffId));
  await countTry(context, staff.email, request.ip);
  if (!(await isPasswordRight(password, staff.passwordHash)))
    throw refuse("invalid", "The password is wrong.", { field: "/password" });
  return staff;
}

function makeHashedCodes() {
  const codes = makeRecoveryCodes();
  return { codes, codeHashes: codes.map((each) => hashRecoveryCode(each.replaceAll("-", ""))) };
}

/** Gives the recovery codes, the only time they are seen. Sessions elsewhere end. */
function confirmTotp(context: Context, request: FastifyRequest, code: string): Promise<string[]> {
  const { staffId } = staffOf(request);
  return context.database.inDirectory(async (tx) => {
    const staff = await getStaff(tx, staffId);
    const { totpPendingSecret } = staff;
    if (totpPendingSecret === null)
      throw refuse("conflict", "There is no second factor to confirm. Begin again.");
    const factor = readSecondFactor(code);
    const step =
      factor.kind === "totp" ? findTotpStep(totpPendingSecret, factor.code, tx.now) : null;
    if (step === null)
      throw refuse("invalid", "The code is wrong. Is the phone's clock right?", { field: "/code" });
    const { codes, codeHashes } = makeHashedCodes();
    const totp = { staffId, secret: totpPendingSecret, step, codeHashes };
    if (!(await enableTotp(tx, totp)))
      throw refuse("conflict", "The second factor was begun anew elsewhere. Begin again.");
    await deleteOtherSignIns(tx, staffId, tokenOf(request));
    await tellOwner(tx, context, { kind: "totp-on", staff, request });
    return codes;
  });
}
