import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";
import { PASSWORD_CHARACTERS_MAX } from "./rules.ts";

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);

const Email = Type.String({ format: "email", maxLength: 254 });
const Password = Type.String({ minLength: 1, maxLength: PASSWORD_CHARACTERS_MAX });
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" });
const Code = Type.String({ minLength: 1, maxLength: 40 });
const Token = Type.String({ minLength: 43, maxLength: 43 });
/** What staff read Foyer in; guests speak more. */
const Language = Type.Union([Type.Literal("vi"), Type.Literal("en")]);
export type StaffLanguage = Static<typeof Language>;

export const RoleSchema = Type.Union([
  Type.Literal("owner"),
  Type.Literal("admin"),
  Type.Literal("marketer"),
  Type.Literal("manager"),
  Type.Literal("cashier"),
  Type.Literal("viewer"),
]);

export const ScopeSchema = Type.Union(
  [
    Type.Object({ kind: Type.Literal("tenant") }),
    Type.Object({ kind: Type.Literal("brand"), brandId: Id }),
    Type.Object({
      kind: Type.Literal("branches"),
      branchIds: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }),
    }),
  ],
  { description: "Where a role counts: the whole company, a brand, or some branches" },
);

export const GrantSchema = Type.Object(
  { role: Nullable(RoleSchema), ownRoleId: Nullable(Id), scope: ScopeSchema },
  { description: "A role of the product, or one of the company's own, and where it counts" },
);
export type GrantSchema = Static<typeof GrantSchema>;

const Grants = Type.Array(GrantSchema, { minItems: 1, maxItems: 20 });

export const Session = Type.Object({
  staff: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    language: Language,
    totpEnabled: Type.Boolean(),
  }),
  tenants: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      role: Type.Union([RoleSchema, Type.Null()], {
        description: "The strongest of the product's; null for somebody who has the company's own",
      }),
      isSuspended: Type.Boolean({ description: "Kept closed by whoever runs this Foyer" }),
    }),
  ),
  tenantId: Nullable(Type.String()),
  permissions: Type.Array(Type.String(), {
    description: "What they may do in the company at work, in all of it or in a part",
  }),
  everywhere: Type.Boolean({ description: "Whether some of it counts in the whole company" }),
  selfSignUp: Type.Boolean(),
  isOperator: Type.Boolean({ description: "Whether they run this Foyer" }),
  needsSecondFactor: Type.Boolean({
    description: "Whether the company at work waits for them to set up two-step sign-in",
  }),
  operatingNeedsSecondFactor: Type.Boolean({
    description: "Whether running this Foyer waits for it",
  }),
});
export type Session = Static<typeof Session>;

export const SignInBody = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Password,
  code: Type.Optional(Code),
});
export type SignInBody = Static<typeof SignInBody>;

export const SwitchTenantBody = Type.Object({ tenantId: Type.String({ format: "uuid" }) });

export const LinkParams = Type.Object({ token: Token });
export const LinkReply = Type.Object({
  kind: Type.Union([Type.Literal("operator"), Type.Literal("invitation")]),
  tenantName: Type.Optional(Type.String()),
});

const person = { email: Email, name: Name, password: Password, language: Language };

export const FirstSignInBody = Type.Object({
  token: Token,
  ...person,
  /** The operator's new company; an invitation leads into one that exists. */
  tenantName: Type.Optional(Name),
  /** Somebody who has an account already, with a second factor, sends its code. */
  code: Type.Optional(Code),
});
export type FirstSignInBody = Static<typeof FirstSignInBody>;

export const SignUpBody = Type.Object({
  ...{ tenantName: Name, ...person },
  token: Type.Optional(
    Type.String({
      ...{ minLength: 43, maxLength: 43 },
      description: "Of the link that was sent to the address, where this cloud sends mail",
    }),
  ),
});
export type SignUpBody = Static<typeof SignUpBody>;
export const SignUpReply = Type.Object({
  enabled: Type.Boolean(),
  byMail: Type.Boolean({ description: "Whether the address is to be proved by a link first" }),
});

export const TenantBody = Type.Object({ name: Name });

export const MeBody = Type.Object({
  name: Type.Optional(Name),
  language: Type.Optional(Language),
});

export const TotpReply = Type.Object({
  secret: Type.String(),
  otpauthUrl: Type.String(),
  qrSvg: Type.String(),
});
export const TotpConfirmBody = Type.Object({ code: Code });
export const TotpConfirmReply = Type.Object({ recoveryCodes: Type.Array(Type.String()) });
export const RecoveryCodesReply = Type.Object({
  left: Type.Integer({ minimum: 0, description: "Codes that were not used yet" }),
});
export const TotpDisableBody = Type.Object({ password: Password });

export const InvitationBody = Type.Object({ grants: Grants });
export const InvitationReply = Type.Object({ url: Type.String(), expiresAt: Type.String() });

export const InvitationsReply = Type.Object({
  invitations: Type.Array(
    Type.Object({
      id: Type.String(),
      grants: Type.Array(GrantSchema),
      invitedBy: Nullable(Type.String()),
      createdAt: Type.String(),
      expiresAt: Type.String(),
    }),
    { description: "Links that still work; what they are is never shown again" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export const InvitationParams = Type.Object({ invitationId: Type.String({ format: "uuid" }) });

export const PasswordBody = Type.Object({ password: Password, newPassword: Password });

export const GrantsBody = Type.Object({ grants: Grants });
export const StaffParams = Type.Object({ staffId: Type.String({ format: "uuid" }) });
export const StaffReply = Type.Object({
  staff: Type.Array(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      name: Type.String(),
      grants: Type.Array(GrantSchema),
      totpEnabled: Type.Boolean(),
      since: Type.String(),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

const OwnRoleName = Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" });

export const RolesReply = Type.Object({
  permissions: Type.Array(
    Type.Object({
      name: Type.String(),
      covers: Type.Union(
        [Type.Literal("tenant"), Type.Literal("branches"), Type.Literal("customers")],
        { description: "What it opens: of the whole company, of branches in reach, or people" },
      ),
      mine: Type.Boolean({ description: "Whether the caller may give it to others" }),
    }),
  ),
  roles: Type.Array(Type.Object({ role: RoleSchema, permissions: Type.Array(Type.String()) })),
  ownRoles: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      permissions: Type.Array(Type.String()),
      heldBy: Type.Integer({ description: "How many members have it" }),
    }),
  ),
});
export type RolesReply = Static<typeof RolesReply>;

export const OwnRoleBody = Type.Object({
  name: OwnRoleName,
  permissions: Type.Array(Type.String({ maxLength: 60 }), {
    minItems: 1,
    maxItems: 200,
    uniqueItems: true,
  }),
});
export const OwnRoleParams = Type.Object({ roleId: Id });
export const OwnRoleReply = Type.Object({ id: Type.String() });

export const KeyParams = Type.Object({ keyId: Id });
export const KeyBody = Type.Object({
  name: OwnRoleName,
  permissions: OwnRoleBody.properties.permissions,
  scope: ScopeSchema,
  days: Type.Integer({ minimum: 1, maximum: 366, description: "It is over after so many" }),
});
export const NewKeyReply = Type.Object({
  id: Type.String(),
  key: Type.String({
    description: "Shown this once, only its hash is kept. Sent as `authorization: Bearer <key>`",
  }),
});
export const KeysReply = Type.Object({
  keys: Type.Array(
    Type.Object({
      id: Type.String(),
      prefix: Type.String({ description: "What the key begins with" }),
      name: Type.String(),
      permissions: Type.Array(Type.String()),
      scope: ScopeSchema,
      createdBy: Nullable(Type.String()),
      createdAt: Type.String(),
      expiresAt: Type.String(),
      lastUsedAt: Type.Union([Type.String(), Type.Null()], { description: "To the minute" }),
      revokedAt: Nullable(Type.String()),
    }),
    { description: "The newest first, also those that are over" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type KeysReply = Static<typeof KeysReply>;

export const AskedMailBody = Type.Object({ email: Email, language: Language });
export type AskedMailBody = Static<typeof AskedMailBody>;
export const MailedLinksReply = Type.Object({ enabled: Type.Boolean() });
export const TokenBody = Type.Object({ token: Token });
export const ResetReply = Type.Object({ email: Type.String(), needsCode: Type.Boolean() });
export const ResetBody = Type.Object({
  ...{ token: Token, password: Password, code: Type.Optional(Code) },
});
export type ResetBody = Static<typeof ResetBody>;
export const SignUpLinkReply = Type.Object({ email: Type.String() });

export const SignInParams = Type.Object({ signInId: Id });
export const SignInsReply = Type.Object({
  signIns: Type.Array(
    Type.Object({
      id: Type.String(),
      isCurrent: Type.Boolean({ description: "The one that asks" }),
      browser: Nullable(Type.String()),
      system: Nullable(Type.String()),
      network: Type.Union([Type.String(), Type.Null()], {
        description: "A range of addresses: of an IPv4 address its /24, of an IPv6 address its /48",
      }),
      createdAt: Type.String(),
      seenAt: Type.String({ description: "To five minutes" }),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type SignInsReply = Static<typeof SignInsReply>;

export const SecondFactorDuty = Type.Object({ isRequired: Type.Boolean() });
