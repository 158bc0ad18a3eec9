import { type Static, Type } from "typebox";
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
  Type.Literal("manager"),
  Type.Literal("viewer"),
]);

export const Session = Type.Object({
  staff: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    language: Language,
    totpEnabled: Type.Boolean(),
  }),
  tenants: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: RoleSchema })),
  tenantId: Nullable(Type.String()),
  selfSignUp: Type.Boolean(),
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

export const SignUpBody = Type.Object({ tenantName: Name, ...person });
export type SignUpBody = Static<typeof SignUpBody>;
export const SignUpReply = Type.Object({ enabled: Type.Boolean() });

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
export const TotpDisableBody = Type.Object({ password: Password });

export const InvitationBody = Type.Object({ role: RoleSchema });
export const InvitationReply = Type.Object({ url: Type.String(), expiresAt: Type.String() });

export const InvitationsReply = Type.Object({
  invitations: Type.Array(
    Type.Object({
      id: Type.String(),
      role: RoleSchema,
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

export const RoleBody = Type.Object({ role: RoleSchema });
export const StaffParams = Type.Object({ staffId: Type.String({ format: "uuid" }) });
export const StaffReply = Type.Object({
  staff: Type.Array(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      name: Type.String(),
      role: RoleSchema,
      totpEnabled: Type.Boolean(),
      since: Type.String(),
    }),
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
